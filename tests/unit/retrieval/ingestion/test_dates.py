"""When a text becomes law, ends, and what it repeals."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.ingestion.dates import (
    last_adoption,
    lifetime_of,
    read_date,
    repealed_titles,
    signature_date,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-29", date(2024, 3, 29)),
        ("2023年09月01日", date(2023, 9, 1)),
        ("2009年1月1 日", date(2009, 1, 1)),
        ("一九九七年一月一日", date(1997, 1, 1)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("二O一一年五月二十日", date(2011, 5, 20)),
        ("2024年2月30日", None),
        ("2024年3月", None),
        ("", None),
    ],
)
def test_dates_are_read_in_every_official_form(text: str, day: date | None) -> None:
    assert read_date(text) == day


def test_a_commencement_after_promulgation_counts() -> None:
    lifetime = lifetime_of("第三十条 本条例自2024年5月1日起施行。", date(2024, 3, 29))
    assert lifetime.effective_from == date(2024, 5, 1)


def test_an_amended_law_keeps_its_old_commencement_clause_but_holds_from_the_amendment() -> None:
    lifetime = lifetime_of("第五十条 本法自1995年1月1日起施行。", date(2018, 12, 29))
    assert lifetime.effective_from == date(2018, 12, 29)


def test_the_commencement_of_another_text_is_not_taken() -> None:
    text = "自2030年1月1日起施行的《某法》另有规定的，从其规定。\n本办法自发布之日起施行。"
    assert lifetime_of(text, date(2020, 5, 1)).effective_from == date(2020, 5, 1)


@pytest.mark.parametrize(
    ("clause", "end"),
    [
        ("本办法自2023年1月1日起施行，有效期5年。", date(2028, 1, 1)),
        ("本细则自印发之日起施行，有效期为三年。", date(2025, 12, 30)),
        ("本办法自2024年2月29日起实施，有效期2年。", date(2026, 3, 1)),
        ("本通知有效期至2025年12月31日。", date(2026, 1, 1)),
        ("许可证有效期5年。本办法自2023年1月1日起施行。", None),
        ("该政策执行至2023年12月31日。", None),
    ],
)
def test_only_a_term_of_the_text_itself_ends_it(clause: str, end: date | None) -> None:
    assert lifetime_of(clause, date(2022, 12, 30)).repealed_on == end


def test_without_any_date_the_validity_is_open() -> None:
    lifetime = lifetime_of("各单位要认真落实。", None)
    assert lifetime.effective_from is None
    assert lifetime.repealed_on is None


def test_the_latest_amendment_in_a_history_counts() -> None:
    info = "2011年11月17日 某市人大常委会通过\n\n2020年5月14日 《关于修改部分地方性法规的决定》第一次修正"
    assert last_adoption(info) == date(2020, 5, 14)
    assert last_adoption("") is None


@pytest.mark.parametrize(
    ("foot", "day"),
    [
        ("请认真贯彻执行。\n某区人民政府办公室\n2023年6月8日", date(2023, 6, 8)),
        ("报送有关情况。某省财政厅2024年6月18日更多信息请关注官方微信", date(2024, 6, 18)),
        ("某局\n二〇〇四年三月二日\n（此件主动公开）", date(2004, 3, 2)),
        ("会议于2023年6月8日召开，取得圆满成功。", None),
    ],
)
def test_a_notice_is_dated_by_its_signature(foot: str, day: date | None) -> None:
    assert signature_date(foot) == day


def test_repealed_titles_are_read_with_nested_quotation_marks() -> None:
    text = "本办法自2020年3月1日起施行。2005年发布的《某市实施《中华人民共和国水法》办法》和《某市节水规定》同时废止。"
    assert repealed_titles("某市水办法", text) == ("某市实施《中华人民共和国水法》办法", "某市节水规定")


def test_the_grounds_of_a_repeal_are_not_repealed() -> None:
    text = "根据《中华人民共和国立法法》的规定，《某市旧办法》予以废止。"
    assert repealed_titles("决定", text) == ("某市旧办法",)


def test_a_decision_on_repeal_names_them_after_the_verb() -> None:
    assert repealed_titles("关于废止部分法规的决定", "一、废止《甲条例》、《乙规定》") == ("甲条例", "乙规定")
    assert repealed_titles("某办法", "违反《甲条例》的，依照其规定处罚。") == ()
