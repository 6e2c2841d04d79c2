"""Article 12 ¶3: an upheld objection teaches, at once and when models are learned anew."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.followed_corrections import FollowedCorrections
from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake, UnitRanking
from assistant.domain.catalogue import Catalogue, UnitKind
from assistant.domain.correction_memory import CorrectionMemory
from assistant.domain.feedback import Correction
from assistant.flows.triage_appeal import Learned
from assistant.learning.corrections import with_corrections
from assistant.ports.orders import StoreUnavailable

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEXT = "望京西园三区楼道没人打扫，物业电话没人接"
FOLDER = city_pack_folder(None) / "catalogue"


@cache
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)


def correction(wrong: str, instead: str | None = None, **changes: object) -> Correction:
    made = Correction(
        NOW - timedelta(days=9), "objection", "unit", wrong, instead, "楼道没人打扫", "演示数据：楼道没人打扫，物业电话没人接",
        "住房/物业管理/物业服务不到位", "street-wangjing", "order-1",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


class Book:
    def __init__(self, *found: Correction) -> None:
        self.found, self.reads = list(found), 0

    def corrections(self) -> list[Correction]:
        self.reads += 1
        return self.found

    def corrections_mark(self) -> str:
        return str(len(self.found))


def heeded(*found: Correction) -> FollowedCorrections:
    streets = frozenset(unit.id for unit in catalogue().units if unit.kind is UnitKind.STREET)
    lessons = FollowedCorrections(lambda: Book(*found), streets)
    lessons.refresh()
    return lessons.at_rest()


async def suggested(lessons: FollowedCorrections | None, text: str = TEXT) -> UnitRanking:
    flow = open_triage_flow(FOLDER, Learned(lessons=lessons), secret=b"demo")
    (triage,) = (await flow.triage_appeal(Intake(text, NOW))).triages
    assert triage.units is not None
    return triage.units


async def test_article_12_an_upheld_objection_lowers_the_unit_for_like_appeals_and_says_why() -> None:
    before = await suggested(None)
    first, *others = [item.unit_id for item in before.suggestions]
    assert first == "street-wangjing"
    right = others[0]
    after = await suggested(heeded(correction(first, right)))
    assert after.suggestions[0].unit_id == right
    chances = [{item.unit_id: item.probability for item in ranking.suggestions} for ranking in (before, after)]
    assert chances[1][first] < chances[0][first]
    assert chances[1][right] > chances[0][right]
    (told,) = [item for item in after.suggestions if item.unit_id == first]
    assert "同类诉求派该单位后退单成立（2026-02-21）" in told.reasons
    assert not after.one_click


async def test_an_objection_in_another_street_does_not_touch_this_one() -> None:
    before = await suggested(None)
    elsewhere = correction("street-wangjing", street="street-jianwai")
    another = correction("street-jianwai", street="street-jianwai")
    assert (await suggested(heeded(elsewhere, another))).suggestions == before.suggestions


async def test_another_matter_is_not_touched() -> None:
    heating = "望京西园三区暖气不热，屋里才14度"
    lessons = heeded(correction("street-wangjing", "housing-administration"))
    assert (await suggested(lessons, heating)).suggestions == (await suggested(None, heating)).suggestions


def lesson(*found: Correction, text: str = TEXT, street: str | None = "street-wangjing") -> dict[str, float]:
    memory = CorrectionMemory(found, frozenset({"street-wangjing"}))
    recalled = memory.recall(text, "住房/物业管理/物业服务不到位", street, NOW)
    return {item.unit: round(item.strength, 2) for item in recalled}


def test_one_objection_weighs_less_than_two_and_none_weighs_all() -> None:
    unlike = correction("street-wangjing", title="", content="宠物扰民")
    assert 0 < lesson(unlike)["street-wangjing"] < lesson(unlike, unlike)["street-wangjing"] < 0.86
    assert lesson(correction("street-wangjing"))["street-wangjing"] <= 0.85


def test_what_is_two_years_old_or_unlike_and_elsewhere_is_forgotten() -> None:
    assert lesson(correction("street-wangjing", at=NOW - timedelta(days=800))) == {}
    assert lesson(correction("market-regulation", street=None, title="", content="广场舞扰民")) == {}
    assert lesson(correction("market-regulation", street=None)) != {}
    assert lesson(correction("street-wangjing", part="category")) == {}


def test_a_database_that_is_away_costs_no_triage() -> None:
    def away() -> Book:
        raise StoreUnavailable("演示")

    lessons = FollowedCorrections(away, every_s=60)
    assert lessons.recall(TEXT, "住房/物业管理", None, NOW) == []
    with pytest.raises(StoreUnavailable):
        lessons.refresh()


def test_lessons_are_read_again_only_when_they_change() -> None:
    book = Book(correction("street-wangjing"))
    lessons = FollowedCorrections(lambda: book)
    lessons.refresh()
    lessons.refresh()
    assert book.reads == 1
    book.found.append(correction("market-regulation"))
    lessons.refresh()
    assert book.reads == 2


def test_corrections_become_rows_in_the_fields_and_labels_of_the_history() -> None:
    history = [{"id": str(n), "text": f"演示{n}", "units": ["区住建委" if n % 2 else "区市场监管局"]} for n in range(6)]
    housing = next(unit for unit in catalogue().units if "区住建委" in (unit.name, *unit.aliases))
    found = [
        correction("street-wangjing", housing.id, order_id="3"),
        correction("street-wangjing", None),
        correction("住房/电梯", "住房/物业管理", part="category"),
    ]
    rows = with_corrections(history, found, catalogue())
    assert [row["id"] for row in rows] == ["0", "1", "2", "4", "5", "correction-1", "correction-2"]
    assert (rows[-2]["units"], rows[-2]["title"]) == ("区住建委", "楼道没人打扫")
    assert rows[-1]["category"] == "住房/物业管理"
    assert with_corrections(history, [], catalogue()) == history


def test_thousands_of_objections_cost_a_triage_milliseconds() -> None:
    many = [correction("market-regulation", street=None, at=NOW - timedelta(minutes=n)) for n in range(5000)]
    memory = CorrectionMemory(many)
    began = time.process_time()
    assert memory.recall(TEXT, "住房/物业管理", None, NOW)[0].unit == "market-regulation"
    assert time.process_time() - began < 0.05
