"""A unit is found under every name that people, old orders and statutes give it."""

from __future__ import annotations

import pytest

from assistant.domain.catalogue import STREET, Catalogue, HandlingUnit, UnitKind, WorkCalendar
from assistant.domain.unit_directory import UnitDirectory

HOUSING = HandlingUnit("housing", "北京市朝阳区住房和城乡建设委员会", UnitKind.BUREAU, aliases=("区住建委",))
CITY = HandlingUnit("city-housing", "北京市住房和城乡建设委员会", UnitKind.CITY, aliases=("市住建委",))
CIVIL = HandlingUnit("civil", "朝阳区民政局", UnitKind.BUREAU)
DIRECTORY = UnitDirectory.of(
    Catalogue(
        (),
        (HOUSING, CITY, CIVIL),
        (),
        (),
        (),
        WorkCalendar(),
        (("街道办事处、乡镇人民政府", STREET), ("供热单位", "heat")),
        region="北京市朝阳区",
    )
)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("区住建委", "housing"),
        ("朝阳区住房和城乡建设委员会", "housing"),
        ("北京市朝阳区住建委", "housing"),
        ("区住房和城乡建设委员会", "housing"),
        ("市住房和城乡建设委员会", "city-housing"),
        ("北京市住建委", "city-housing"),
        ("供热单位", "heat"),
        ("住房和城乡建设委员会", None),
        ("海淀区住建委", None),
        ("", None),
    ],
)
def test_names_in_every_form(name: str, unit: str | None) -> None:
    assert DIRECTORY.find(name) == unit


def test_a_bearer_with_a_comma_is_one_name() -> None:
    assert list(DIRECTORY.owners("街道办事处、乡镇人民政府")) == [("街道办事处、乡镇人民政府", STREET)]


def test_several_owners_are_found_one_by_one() -> None:
    assert list(DIRECTORY.owners("区民政局、区医保局")) == [("区民政局", "civil"), ("区医保局", None)]


@pytest.mark.parametrize("name", ["浙江省杭州市西湖区民政局", "杭州市西湖区民政局", "西湖区民政局", "区民政局"])
def test_the_names_of_another_city_are_told_by_its_own_region(name: str) -> None:
    ours = HandlingUnit("civil", "西湖区民政局", UnitKind.BUREAU)
    directory = UnitDirectory.of(
        Catalogue((), (ours,), (), (), (), WorkCalendar(), region="浙江省杭州市西湖区"),
    )
    assert directory.find(name) == "civil"
    assert directory.find("朝阳区民政局") is None
