"""The catalogue's files must agree with one another; each fault is named with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.domain.catalogue import (
    STREET,
    Catalogue,
    Category,
    DispatchEntry,
    DiversionRule,
    HandlingUnit,
    TimeLimitRule,
    UnitKind,
    WorkCalendar,
)
from assistant.domain.catalogue_check import check_catalogue
from assistant.domain.pack_report import Finding, Severity
from retrieval.contracts import LegalBasis, Validity

TODAY = date(2026, 11, 23)
BASIS = (LegalBasis("北京市养犬管理规定", "第四条"),)
POLICE = HandlingUnit("police", "北京市公安局朝阳分局", UnitKind.BUREAU, aliases=("区公安分局",), verified=True)
STREET_UNIT = HandlingUnit("street-jinsong", "劲松街道办事处", UnitKind.STREET, "110105017", verified=True)
CITY = HandlingUnit("city-police", "北京市公安局", UnitKind.CITY, verified=True)
ENTRY = DispatchEntry(
    "dogs", "社会秩序/养犬", "", (), "police", (STREET,), ("city-police",), BASIS, Validity(), verified=True
)
LIMIT = TimeLimitRule("general", "feedback", "一般诉求", 7, "days", "标准", Validity(), verified=True)
RULE = DiversionRule("fire", "第一项", "handover_emergency", ("着火了",), "转119", BASIS, verified=True)
SOUND = Catalogue(
    categories=(
        Category(("社会秩序",), "安全性"),
        Category(("社会秩序", "养犬"), "安全性", ("遛狗",)),
        Category(("社会秩序", "养犬", "流浪犬猫"), "安全性", ("流浪狗",)),
    ),
    units=(POLICE, STREET_UNIT, CITY),
    dispatch=(ENTRY,),
    time_limits=(LIMIT,),
    diversions=(RULE,),
    calendar=WorkCalendar(known_until=date(2027, 12, 31)),
    duty_bearers=(("公安机关", "police"), ("街道办事处", STREET)),
    region="北京市朝阳区",
)


def findings(catalogue: Catalogue) -> list[Finding]:
    return list(check_catalogue(catalogue, {"handover_emergency"}, TODAY))


def with_entry(**changes: Any) -> Catalogue:
    return replace(SOUND, dispatch=(ENTRY, replace(ENTRY, id="other", condition="小区内", **changes)))


def with_units(*units: HandlingUnit) -> Catalogue:
    return replace(SOUND, units=(*SOUND.units, *units))


def with_categories(*categories: Category) -> Catalogue:
    return replace(SOUND, categories=(*SOUND.categories, *categories))


def test_a_sound_catalogue_has_no_findings() -> None:
    assert findings(SOUND) == []


COMMUNITY = HandlingUnit("community", "农光里社区居民委员会", UnitKind.BUREAU, verified=True)
DISSOLVED = HandlingUnit("gone", "区绿化局", UnitKind.BUREAU, validity=Validity(None, date(2024, 1, 1)), verified=True)
WRONG = {
    "two nodes of one name": (with_categories(Category(("社会秩序",), "安全性")), "this category stands twice"),
    "a cue on two nodes": (
        with_categories(Category(("交通管理",), "便利性", ("遛狗",))),
        "the cue 遛狗 belongs to one",
    ),
    "no tag": (with_categories(Category(("交通管理",), "")), "none of 七有五性"),
    "four levels": (with_categories(Category(("社会秩序", "养犬", "流浪犬猫", "猫"), "安全性")), "deeper than three"),
    "a second level without an entry": (
        with_categories(Category(("社会秩序", "烟花"), "安全性")),
        "has no entry without",
    ),
    "an unknown category": (with_entry(category="社会秩序/养猫"), "no category 社会秩序/养猫"),
    "an unknown lead": (with_entry(lead="polise"), "no unit polise"),
    "an unknown co-unit": (with_entry(co_units=("vet",)), "no unit vet"),
    "the lead again as co-unit": (with_entry(co_units=("police",)), "a unit is named twice"),
    "a district body as city line": (with_entry(city_line=("street-jinsong",)), "is no city or central body"),
    "verified without basis": (with_entry(basis=()), "verified without an article"),
    "an interval without days": (
        with_entry(validity=Validity(date(2026, 1, 1), date(2026, 1, 1))),
        "valid_to is not after valid_from",
    ),
    "two entries for one case": (
        replace(SOUND, dispatch=(ENTRY, replace(ENTRY, id="again"))),
        "the same category, condition and time as dogs",
    ),
    "a community as lead": (replace(with_entry(lead="community"), units=(*SOUND.units, COMMUNITY)), "Article 17"),
    "a dissolved unit": (replace(with_entry(lead="gone"), units=(*SOUND.units, DISSOLVED)), "gone no longer exists"),
    "one alias for two units": (
        with_units(HandlingUnit("health", "区卫健委", UnitKind.BUREAU, aliases=("区公安分局",), verified=True)),
        "the name 区公安分局 stands for more than one unit",
    ),
    "a street without code": (
        with_units(HandlingUnit("s", "双井街道办事处", UnitKind.STREET, verified=True)),
        "a street, and only a street",
    ),
    "a code twice": (with_units(replace(STREET_UNIT, id="s", name="双井街道办事处")), "the division code 110105017"),
    "an unknown bearer's unit": (replace(SOUND, duty_bearers=(("供热单位", "heating"),)), "no unit heating"),
    "an unknown status": (
        replace(SOUND, diversions=(replace(RULE, status="handover_fire"),)),
        "no status handover_fire",
    ),
    "a cue of two rules": (replace(SOUND, diversions=(RULE, replace(RULE, id="b"))), "belongs to one rule only"),
    "two limits of one clock": (
        replace(SOUND, time_limits=(LIMIT, replace(LIMIT, id="b"))),
        "the same clock, matter and time as general",
    ),
    "a working Monday": (
        replace(SOUND, calendar=WorkCalendar(frozenset(), frozenset({date(2026, 11, 23)}), date(2027, 12, 31))),
        "is no Saturday or Sunday",
    ),
}


@pytest.mark.parametrize(("catalogue", "message"), WRONG.values(), ids=WRONG.keys())
def test_each_fault_is_an_error_with_a_place(catalogue: Catalogue, message: str) -> None:
    named = [finding for finding in findings(catalogue) if message in finding.message]
    assert named and all(finding.severity is Severity.ERROR for finding in named)
    assert all(finding.place.startswith("catalogue/") for finding in named)


def test_the_same_case_may_change_hands_on_a_day() -> None:
    day = date(2026, 6, 1)
    before, after = replace(ENTRY, validity=Validity(None, day)), replace(ENTRY, id="b", validity=Validity(day, None))
    assert findings(replace(SOUND, dispatch=(before, after))) == []


def test_a_unit_may_take_the_name_of_one_that_is_gone() -> None:
    old = HandlingUnit("old", "区民防局", UnitKind.BUREAU, validity=Validity(None, date(2024, 1, 1)), verified=True)
    new = HandlingUnit("new", "区人防办", UnitKind.BUREAU, aliases=("区民防局",), verified=True)
    assert findings(with_units(old, new)) == []


def test_unverified_entries_are_notices() -> None:
    found = findings(replace(SOUND, dispatch=(replace(ENTRY, verified=False),)))
    assert [(finding.severity, finding.place) for finding in found] == [
        (Severity.UNVERIFIED, "catalogue/dispatch_catalogue.yaml#dogs")
    ]


@pytest.mark.parametrize(("known_until", "due"), [(date(2026, 12, 31), 1), (date(2027, 12, 31), 0), (None, 1)])
def test_the_calendar_is_due_before_it_ends(known_until: date | None, due: int) -> None:
    found = findings(replace(SOUND, calendar=WorkCalendar(known_until=known_until)))
    assert [finding.severity for finding in found] == [Severity.DUE] * due
