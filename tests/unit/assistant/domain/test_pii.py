"""Personal data is found in the forms people write and say it; official numbers never are (hazards A6). 演示数据 only."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import pii_numbers
from assistant.domain.pii import TokenNumbering, find, redact, redact_within_buildings, restore
from assistant.domain.pii_kinds import PiiKind
from assistant.domain.pii_numbers import digits_of, is_id_card, passes_luhn


def masked(text: str, *, by_citizen: bool = True) -> str:
    return redact(text, TokenNumbering(), by_citizen=by_citizen)[0]


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "１３８００１３８０００",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "008613800138000",
        "一三八零零一三八零零零",
        "幺三八洞洞幺三八洞洞洞",
        "一三八，零零一三，八零零零",
        "138001380OO",
        "1️⃣3800138000",
        "138\u200b0013\u200b8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "一三八五个零一二三",
        "(86)13800138000",
    ],
)
def test_mobiles_in_every_writing(written: str) -> None:
    assert masked(f"我电话{written}请回电") == "我电话〔手机1〕请回电"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证11010519491231002X", PiiKind.ID_CARD),
        ("11010519491231002X", PiiKind.ID_CARD),
        ("110105 19491231 002x办居住证", PiiKind.ID_CARD),
        ("身份证号110105491231002", PiiKind.ID_CARD),
        ("卡号6222021234567890128", PiiKind.BANK_CARD),
        ("打到4367 4211 7926 1929 295这张卡", PiiKind.BANK_CARD),
        ("京A12345占道", PiiKind.PLATE),
        ("京AD12345", PiiKind.PLATE),
        ("冀b·8k9m2挡了消防通道", PiiKind.PLATE),
        ("护照E12345678", PiiKind.PASSPORT),
        ("港澳通行证C12345678", PiiKind.PASSPORT),
        ("li.na@163.com", PiiKind.EMAIL),
        ("lina艾特qq点com", PiiKind.EMAIL),
        ("微信号lina_2024", PiiKind.WECHAT),
        ("QQ：123456789", PiiKind.QQ),
        ("我家座机010-85631234", PiiKind.LANDLINE),
        ("座机念给你，零幺零八五六三一二三四", PiiKind.LANDLINE),
        ("老家电话零三幺二，七六五四三二幺", PiiKind.LANDLINE),
        ("我同事家里座机010-67712345", PiiKind.LANDLINE),
        ("统一社会信用代码91110105MA01ABCD2X", PiiKind.CREDIT_CODE),
        ("我叫张伟", PiiKind.NAME),
        ("物业王经理", PiiKind.NAME),
        ("联系人：欧阳娜娜", PiiKind.NAME),
        ("姓名阿依古丽·买买提", PiiKind.NAME),
        ("望京西园四区412号楼1单元502", PiiKind.ADDRESS),
        ("家住三号楼二单元五零一", PiiKind.ADDRESS),
        ("我家在望京西园412-1-502", PiiKind.ADDRESS),
        ("农光里203楼8门12号", PiiKind.ADDRESS),
        ("我家地址是霄云路霄云里1号", PiiKind.ADDRESS),
    ],
)
def test_every_kind(text: str, kind: PiiKind) -> None:
    assert [found for _, _, found, _ in find(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "12345、110、119、120、122、12315、12333、12329和96156",
        "社区居委会座机010-67712345打不通",
        "街道办座机010-65861234",
        "人社局联系电话010-57596012",
        "朝阳区政务服务中心地址是霄云路霄云里1号",
        "三点零一分零五秒六七八",
        "010-12345打不通，95598呢？客服400-810-1234",
        "朝阳区政务服务中心电话010-64651000",
        "请问010-65396022是哪个部门的电话",
        "工单编号20240315001234567，快递单号773013800138000",
        "京政发〔2021〕10号第三条，2024年3月15日起，1500元至3000元",
        "押金1500 3000 800三笔",
        "（2024）京03民终12345号",
        "我是高中生，安全问题，方便面，由于经理不在，每周主任接待日",
        "两室一厅，3号线，302医院，三单元制，共189000户",
        "建国路88号",
    ],
)
def test_official_and_ordinary_words_stay(text: str) -> None:
    assert masked(text) == text


def test_an_answer_keeps_its_landlines_but_not_a_citizens_mobile() -> None:
    assert masked("办理地点电话010-85631234，您的手机13800138000", by_citizen=False).startswith(
        "办理地点电话010-85631234"
    )
    assert "13800138000" not in masked("您的手机13800138000", by_citizen=False)


def test_street_and_estate_stay_for_dispatch() -> None:
    assert masked("朝阳区望京街道花家地西里5号楼2单元301室漏水") == "朝阳区望京街道花家地西里〔门牌1〕漏水"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("花家地西里2号楼电梯停运两天", "花家地西里2号楼电梯停运两天"),
        ("花家地西里5号楼2单元301室漏水", "花家地西里5号楼〔门牌1〕漏水"),
        ("南里8号院3号楼501漏水，电话13800138000", "南里8号院3号楼〔门牌1〕漏水，电话〔手机1〕"),
        ("家住三号楼二单元五零一", "家住三号楼〔门牌1〕"),
        ("花家地西里2单元301室漏水", "花家地西里〔门牌1〕漏水"),
        ("家住花家地西里3-2-501号楼", "家住花家地西里〔门牌1〕"),
        ("家住南里12-3-501", "家住南里〔门牌1〕"),
    ],
)
def test_a_building_stays_where_somebody_has_to_go_and_the_door_does_not(text: str, shown: str) -> None:
    assert redact_within_buildings(text) == shown


@given(
    st.lists(
        st.sampled_from(["8号院", "2号楼", "3单元", "12层", "501室", "，", "望京西园", "3-2-501", "A座"]), max_size=9
    )
)
def test_nothing_but_yards_and_buildings_comes_back(parts: list[str]) -> None:
    text = "".join(parts)
    shown = redact_within_buildings(text)
    for word in ("501室", "3-2-501"):
        assert shown.count(word) <= masked(text).count(word)


def test_the_same_datum_has_the_same_token() -> None:
    assert masked("13800138000，再说一遍，一三八零零一三八零零零，不是13900139000") == (
        "〔手机1〕，再说一遍，〔手机1〕，不是〔手机2〕"
    )


@given(
    st.lists(
        st.sampled_from(["13800138000", "我叫张伟", "，住", "5号楼2单元301", "京A12345", "的", "😀", "\u200b", "。"]),
        max_size=12,
    )
)
def test_restoring_gives_the_original_back(parts: list[str]) -> None:
    text = "".join(parts)
    hidden, spans = redact(text, TokenNumbering())
    written = {(span.token, text[span.start : span.end]) for span in spans}
    if len(written) == len({token for token, _ in written}):  # one writing per datum
        assert restore(hidden, spans, text) == text


@given(st.text(max_size=80))
def test_spans_are_in_order_and_apart(text: str) -> None:
    spans = find(text)
    assert all(0 <= a < b <= len(text) for a, b, _, _ in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_checks_follow_their_standards() -> None:
    assert is_id_card("11010519491231002X")
    assert not is_id_card("110105194912310021")
    assert not is_id_card("990105194912310020", checksum=False)
    assert passes_luhn("6222021234567890128")
    assert not passes_luhn("6222021234567890127")
    assert digits_of("幺三八两个零") == "13800"


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "13",
        "138-",
        "一",
        "王",
        "我叫",
        "王先生",
        "我叫张伟、",
        "a@",
        "a.",
        "1号楼",
        "13800138000 ",
        "1o0l",
        "一三八个",
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    find(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 5


def test_a_whole_door_is_hidden_behind_its_court() -> None:
    assert masked("家在酒仙桥路甲10号院3-2-701") == "家在酒仙桥路〔门牌1〕"


@pytest.mark.parametrize("name", ["personal_data", "official_numbers", "lookalikes", "attacks", "conversations"])
def test_recognisers_that_are_passed_over_would_have_found_nothing(
    name: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (repository / "evals" / "datasets" / f"{name}.jsonl").read_text("utf-8").splitlines()
    texts = [text for row in rows for text in json.loads(row).values() if isinstance(text, str)]
    quick = [find(text) for text in texts]
    for gate in ("has_digits", "has_letters"):
        monkeypatch.setattr(pii_numbers, gate, lambda text: True)
    assert quick == [find(text) for text in texts]


@given(st.text("138零幺两个三五-—·.，, 〇九E1x@", max_size=24))
def test_digits_stand_near_each_other_in_every_number(text: str) -> None:
    near = pii_numbers.has_digits(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pii_numbers, "has_digits", lambda text: True)
        kinds = {found.kind for found in pii_numbers.find_numbers(text)}
    assert near or kinds <= {PiiKind.EMAIL, PiiKind.PLATE, PiiKind.WECHAT}
