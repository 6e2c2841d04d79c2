"""A gazetteer that contradicts itself or the units is refused by the pack check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.adapters.catalogue_files import load_catalogue
from assistant.city_pack import city_pack_folder
from assistant.domain.pack_report import Severity
from assistant.domain.places import NumberRange, PlaceKind, PlaceName, Places
from assistant.domain.places_check import check_places

CATALOGUE = load_catalogue(city_pack_folder(None) / "catalogue")


def errors(*names: PlaceName, numbers: tuple[NumberRange, ...] = ()) -> list[str]:
    found = check_places(replace(CATALOGUE, places=Places(names, numbers)))
    return [finding.message for finding in found if finding.severity is Severity.ERROR]


def estate(name: str, *units: str) -> PlaceName:
    return PlaceName((name,), PlaceKind.ESTATE, units)


def test_our_own_gazetteer_has_no_error_and_says_that_it_is_unverified() -> None:
    findings = list(check_places(CATALOGUE))
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
    assert len([finding for finding in findings if finding.severity is Severity.UNVERIFIED]) == 43


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        ((estate("翠城", "street-fatou"), estate("翠城", "street-jinsong")), "stands twice"),
        ((estate("劲松8区", "street-jinsong"), estate("劲松八区", "street-jinsong")), "stands twice"),
        ((estate("翠城", "street-nowhere"),), "no 街乡"),
        ((estate("翠", "street-fatou"),), "too short"),
        ((estate("望京", "street-fatou"),), "is a name of 望京街道办事处"),
    ],
)
def test_contradictions_are_named(names: tuple[PlaceName, ...], fault: str) -> None:
    assert any(fault in message for message in errors(*names))


def test_a_house_number_settles_only_a_street_that_the_road_crosses() -> None:
    road = PlaceName(("酒仙桥路",), PlaceKind.ROAD, ("street-jiuxianqiao", "area-jiangtai"))
    assert errors(road, numbers=(NumberRange("酒仙桥路", 4, 4, "street-jiuxianqiao"),)) == []
    assert errors(road, numbers=(NumberRange("酒仙桥路", 4, 4, "street-wangjing"),))
