"""Lines of run-on text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingestion.unglue import unglue


def test_a_run_on_statute_gets_its_chapters_articles_and_items_back() -> None:
    text = (
        "某某办法第一章总则第一条为了规范管理，制定本办法。第二条本办法所称用户，包括：（一）居民；（二）单位。"
        "第二章管理第三条用户应当遵守第二条规定。"
    )
    assert unglue(text).split("\n") == [
        "某某办法",
        "第一章总则",
        "第一条为了规范管理，制定本办法。",
        "第二条本办法所称用户，包括：",
        "（一）居民；",
        "（二）单位。",
        "第二章管理",
        "第三条用户应当遵守第二条规定。",
    ]


def test_a_run_on_notice_gets_its_items_back_after_headings_without_full_stop() -> None:
    text = "现通知如下：一、扩大供给（一）加强培养。各地要支持企业。（二）畅通渠道。1.评价。2.认定。二、优化服务（三）稳岗。"
    assert unglue(text).split("\n") == [
        "现通知如下：",
        "一、扩大供给",
        "（一）加强培养。各地要支持企业。",
        "（二）畅通渠道。",
        "1.评价。",
        "2.认定。",
        "二、优化服务",
        "（三）稳岗。",
    ]


def test_references_stay_inside_their_sentence() -> None:
    for text in (
        "第一条依照本办法第二条的规定处理，第一、二、三产业除外。",
        "违反本条例第十三条第（一）项、第（二）项规定的，处以罚款。",
        "申请变更登记或者依照本条例第六章的规定办理注销登记。",
        "第五条文物的复制：须经批准。二、三级文物的复制由省级部门批准。一、二类菌种由国务院部门指定。",
        "到2025年，比例达到1.5倍，同比增长2.0个百分点。",
    ):
        assert unglue(text) == text


def test_text_with_proper_lines_is_left_alone() -> None:
    text = "## 第一章 总则\n\n第一条 为了规范管理。\n\n第二条 有下列情形：\n\n（一）甲；\n\n（二）乙。"
    assert unglue(text) == text


def test_a_blank_after_a_full_stop_ends_a_paragraph_in_texts_without_lines() -> None:
    first, second = "市商务局统筹指导各区落实责任。" * 12, "区商务局抓好市场保供。" * 12
    assert unglue(f"{first} {second}") == f"{first}\n{second}"


@given(
    st.lists(
        st.sampled_from(
            ["第一章总则", "第一条", "第二条", "为了规范。", "一、", "（一）", "1.", "规定", " ", "\n", "甲乙"]
        ),
        max_size=30,
    )
)
def test_nothing_but_white_space_is_ever_changed(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(unglue(text).split()) == "".join(text.split())
