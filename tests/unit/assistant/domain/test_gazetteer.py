"""Names of places in citizens' words, over a small gazetteer of invented rows."""

from __future__ import annotations

import pytest

from assistant.domain.gazetteer import Gazetteer, folded
from assistant.domain.places import PlaceKind, PlaceName

ESTATE, STATION, REGION = PlaceKind.ESTATE, PlaceKind.STATION, PlaceKind.REGION
GAZETTEER = Gazetteer(
    (
        PlaceName(("翠城馨园", "翠城"), ESTATE, ("street-fatou",)),
        PlaceName(("风林绿洲",), ESTATE, ("street-aoyuncun",)),
        PlaceName(("劲松八区",), ESTATE, ("street-jinsong",)),
        PlaceName(("和平街十三区",), ESTATE, ("street-hepingjie",)),
        PlaceName(("水碓子东里",), ESTATE, ("street-tuanjiehu",)),
        PlaceName(("国贸",), PlaceKind.LANDMARK, ("street-jianwai",)),
        PlaceName(("常营地铁站",), STATION, ("area-changying",)),
        PlaceName(("通州",), REGION, district="通州区"),
    )
)


def names(text: str) -> list[str]:
    return [mention.name for mention in GAZETTEER.mentions(text)]


def test_the_longest_name_counts_and_offsets_are_those_of_the_text() -> None:
    text = "我住翠城馨园428号楼"
    (mention,) = GAZETTEER.mentions(text)
    assert (mention.name, text[mention.start : mention.end]) == ("翠城馨园", "翠城馨园")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("劲松8区812楼", "劲松八区"),
        ("和平街13区", "和平街十三区"),
        ("地铁常营站A口", "常营地铁站"),
        ("常营站出来", "常营地铁站"),
        ("风林绿州小区西门", "风林绿洲"),
    ],
)
def test_citizens_forms_lead_to_the_name(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize("text", ["中国贸易促进会的人", "水碓子西里12号楼", "楼下太吵"])
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    """国贸 inside another word; 东里 and 西里 are two places, so no direction is forgiven."""
    assert names(text) == []


def test_a_wrong_character_is_forgiven_only_where_nothing_is_named_rightly() -> None:
    assert [mention.exact for mention in GAZETTEER.mentions("风林绿州")] == [False]
    assert names("翠城馨园对面的风林绿州") == ["翠城馨园"]


def test_folding_keeps_every_offset() -> None:
    assert len(folded("T3航站楼İ８区")) == len("T3航站楼İ８区")
