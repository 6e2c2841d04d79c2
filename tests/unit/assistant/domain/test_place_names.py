"""Names of places: two estates of one name with different parts are two places."""

from __future__ import annotations

import pytest

from assistant.domain.place_names import (
    Agreement,
    PlaceName,
    agreement,
    mentions,
    names_in,
    place_of,
    without_places,
)

COURT = PlaceName("演示家园", "2号院")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("建外街道演示家园2号院", COURT),
        ("北京市朝阳区望京街道演示西园三区312号楼5单元601", PlaceName("演示西园", "三区")),
        ("朝阳区南磨房地区示例湾家园B区", PlaceName("示例湾家园", "B区")),
        ("样板里小区3号楼2单元", PlaceName("样板里")),
        ("示例路１０号院", PlaceName("示例路", "10号院")),
    ],
)
def test_an_address_field_gives_its_estate_without_street_building_and_room(field: str, name: PlaceName) -> None:
    assert place_of(field) == name


def test_an_empty_or_upper_level_field_names_no_place() -> None:
    assert place_of("朝阳区") is None
    assert place_of("朝阳区演示家园〔门牌1〕") == PlaceName("演示家园")
    assert place_of("望京街道") is None


def test_names_stand_in_a_sentence_between_other_words() -> None:
    assert names_in("我家住演示家园2号院，暖气不热") == (COURT,)
    assert names_in("楼下健身房关门了") == ()


def test_a_name_without_a_part_may_be_any_of_them_and_two_parts_are_two_places() -> None:
    assert agreement([COURT], [PlaceName("演示家园")]) is Agreement.SAME
    assert agreement([COURT], [PlaceName("演示家园", "3号院")]) is Agreement.DIFFERENT
    assert agreement([COURT], [PlaceName("样板里")]) is Agreement.DIFFERENT
    assert agreement([], [COURT]) is Agreement.UNKNOWN


def test_words_that_cling_to_a_name_do_not_make_it_another() -> None:
    assert agreement(names_in("供热管爆裂导致样板里小区停暖"), [PlaceName("样板里")]) is Agreement.SAME


def test_a_text_mentions_a_known_name_also_where_nothing_marks_it_as_a_place() -> None:
    assert mentions("演示家园2号院停暖", COURT) is Agreement.SAME
    assert mentions("演示家园停暖", COURT) is Agreement.SAME
    assert mentions("演示家园3号院停暖", COURT) is Agreement.DIFFERENT
    assert mentions("停暖", COURT) is Agreement.UNKNOWN


def test_without_its_places_a_text_is_its_matter() -> None:
    assert without_places("演示家园2号院停暖，演示家园没人管", [COURT]) == "停暖,没人管"
