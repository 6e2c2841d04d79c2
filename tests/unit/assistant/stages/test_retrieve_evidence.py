from __future__ import annotations

from datetime import date

import pytest

from assistant.answer_policy import RetrievalPolicy
from assistant.contracts import Evidence, RouteDecision, Scope, StandaloneQuestion
from assistant.pipeline import Stop
from assistant.stages.retrieve_evidence import RetrieveEvidence
from retrieval.contracts import Passage, ScoredPassage, SearchQuery, SearchResult
from tests.factories import AS_OF, make_passage

OPENING = make_passage("有下列情形之一的：", id="law#1", document_id="law", path=("第三条", "第一款"))
ITEM = make_passage("（二）拖欠工资的。", id="law#2", document_id="law", path=("第三条", "第一款", "第二项"))
REPEALED = make_passage("旧规定。", id="old#1", document_id="old", repealed_on=date(2021, 1, 1))


class Scripted:
    def __init__(self, *passages: Passage, answerability: float = 0.9) -> None:
        self.result = SearchResult(tuple(ScoredPassage(item, 1.0) for item in passages), answerability)
        self.queries: list[SearchQuery] = []

    async def search(self, query: SearchQuery) -> SearchResult:
        self.queries.append(query)
        return self.result

    async def neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        return (OPENING, ITEM) if passage.document_id == "law" else ()


async def retrieve(search: Scripted, label: str = "inquiry", scope: Scope | None = None) -> Evidence:
    stage = RetrieveEvidence(
        search, "北京市朝阳区", RetrievalPolicy(answerable_from=0.5, passages=8, with_neighbours=2)
    )
    question = StandaloneQuestion("拖欠工资怎么办", "拖欠工资怎么办")
    return await stage(question, RouteDecision(label, 1.0), scope or Scope(AS_OF))


async def test_passages_are_named_in_order_and_an_item_brings_its_opening() -> None:
    evidence = await retrieve(Scripted(ITEM, make_passage("其他。", id="x#1")))
    assert [(item.token, item.passage.id, item.hit) for item in evidence.passages] == [
        ("P1", "law#2", True),
        ("P2", "x#1", True),
        ("P3", "law#1", False),
    ]
    assert evidence.answerability == 0.9


async def test_day_and_place_go_into_the_query() -> None:
    search = Scripted(ITEM)
    await retrieve(search)
    await retrieve(search, scope=Scope(date(2020, 1, 1), "北京市"))
    assert [(query.as_of, query.region) for query in search.queries] == [
        (AS_OF, "北京市朝阳区"),
        (date(2020, 1, 1), "北京市"),
    ]


@pytest.mark.parametrize(("label", "status"), [("inquiry", "unanswerable_no_evidence"), ("appeal", "handover_appeal")])
async def test_weak_evidence_is_refused_with_the_nearest_documents(label: str, status: str) -> None:
    with pytest.raises(Stop) as stop:
        await retrieve(Scripted(ITEM, answerability=0.49), label)
    assert stop.value.status == status
    assert [document.document_id for document in stop.value.nearest] == ["law"]


async def test_nothing_found_is_refused() -> None:
    with pytest.raises(Stop):
        await retrieve(Scripted())


async def test_what_is_not_in_force_is_no_evidence_even_if_the_index_returns_it() -> None:
    with pytest.raises(Stop):
        await retrieve(Scripted(REPEALED))
