"""Versions of one title."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from retrieval.ingestion.versions import Links, VersionFacts, link_versions, series_title

OLD = VersionFacts("old", "某市停车条例", "某市", date(2018, 5, 1))
MIDDLE = VersionFacts("middle", "某市停车条例（2021年修正）", "某市", date(2021, 9, 24))
NEW = VersionFacts("new", "某市停车条例", "某市", date(2024, 3, 29))


@pytest.mark.parametrize("order", list(permutations([OLD, MIDDLE, NEW])))
def test_a_newer_version_ends_the_older_one_in_whatever_order_they_come(order: tuple[VersionFacts, ...]) -> None:
    links = link_versions(order)
    assert links["old"].repealed_on == date(2021, 9, 24)
    assert (links["old"].predecessor_id, links["old"].successor_id) == (None, "middle")
    assert links["middle"].repealed_on == date(2024, 3, 29)
    assert (links["middle"].predecessor_id, links["middle"].successor_id) == ("old", "new")
    assert links["new"].repealed_on is None
    assert len({links[one].series_id for one in ("old", "middle", "new")}) == 1


def test_versions_of_one_day_do_not_end_each_other() -> None:
    twin = VersionFacts("twin", OLD.title, OLD.region, OLD.effective_from)
    links = link_versions([OLD, twin, NEW])
    assert links["old"].repealed_on == links["twin"].repealed_on == date(2024, 3, 29)
    assert links["twin"].predecessor_id is None


def test_undated_versions_are_not_ordered() -> None:
    undated = VersionFacts("undated", OLD.title, OLD.region, None)
    links = link_versions([undated, NEW])
    assert links["undated"].repealed_on is None
    assert links["undated"].series_id == links["new"].series_id


def test_parts_of_one_code_do_not_end_each_other() -> None:
    general = VersionFacts("general", "中华人民共和国民法典", None, date(2020, 5, 28), first_article="第一条")
    marriage = VersionFacts("marriage", "中华人民共和国民法典", None, date(2021, 1, 1), first_article="第一千零四十条")
    links = link_versions([general, marriage])
    assert links["general"].repealed_on is links["marriage"].repealed_on is None


def test_equal_titles_of_different_places_are_different_texts() -> None:
    elsewhere = VersionFacts("elsewhere", OLD.title, "另一市", date(2024, 1, 1))
    assert link_versions([OLD, elsewhere])["old"].repealed_on is None


def test_an_end_that_the_text_states_itself_is_kept_if_it_is_earlier() -> None:
    expired = VersionFacts("expired", OLD.title, OLD.region, date(2018, 5, 1), repealed_on=date(2020, 5, 1))
    assert link_versions([expired, NEW])["expired"].repealed_on == date(2020, 5, 1)


def test_a_declared_repeal_ends_the_other_text_if_it_is_older_and_of_the_same_place() -> None:
    repealing = VersionFacts(
        "r", "某市机动车条例", "某市", date(2022, 1, 1), repeals=("某市停车条例", "另一市停车条例")
    )
    elsewhere = VersionFacts("elsewhere", "另一市停车条例", "另一市", date(2010, 1, 1))
    links = link_versions([OLD, NEW, elsewhere, repealing])
    assert links["old"].repealed_on == date(2022, 1, 1)
    assert links["new"].repealed_on is None
    assert links["elsewhere"].repealed_on is None


def test_a_law_that_repeals_its_own_first_version_does_not_end_itself() -> None:
    law = VersionFacts("law", "信访条例", None, date(2005, 5, 1), repeals=("信访条例",))
    assert link_versions([law])["law"] == Links(series_id=link_versions([law])["law"].series_id)


def test_the_front_matter_may_name_the_successor_from_either_side() -> None:
    old_guide = VersionFacts("g-2003", "婚姻登记怎么办", "某市", date(2003, 10, 1), superseded_by="g-2025")
    new_guide = VersionFacts("g-2025", "结婚要带什么", "某市", date(2025, 5, 10))
    links = link_versions([old_guide, new_guide])
    assert (links["g-2003"].successor_id, links["g-2003"].repealed_on) == ("g-2025", date(2025, 5, 10))
    assert links["g-2025"].predecessor_id == "g-2003"
    from_new = link_versions([
        VersionFacts("g-2003", "婚姻登记怎么办", "某市", date(2003, 10, 1)),
        VersionFacts("g-2025", "结婚要带什么", "某市", date(2025, 5, 10), supersedes="g-2003"),
    ])  # fmt: skip
    assert from_new == links


def test_a_named_successor_that_is_not_there_changes_nothing() -> None:
    guide = VersionFacts("g", "婚姻登记怎么办", None, date(2003, 10, 1), superseded_by="missing", supersedes="g")
    assert link_versions([guide])["g"] == Links()


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("某市停车条例（2018年修正）", "某市停车条例"),
        ("某市 停车条例（试行）", "某市停车条例"),
        ("某市实施〈中华人民共和国水法〉办法", "某市实施中华人民共和国水法办法"),
        ("关于印发《某市停车管理办法》的通知", "某市停车管理办法"),
        ("关于适用某法的解释（二）", "关于适用某法的解释二"),
        ("《某市停车条例》解读", None),
        ("关于做好停车工作的通知", None),
        ("", None),
    ],
)
def test_only_rules_have_versions(title: str, series: str | None) -> None:
    assert series_title(title) == series
