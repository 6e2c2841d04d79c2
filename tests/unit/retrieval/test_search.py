"""The order of business of one search, over an index that is a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from retrieval.contracts import Passage, SearchQuery, SearchResult
from retrieval.ports import Candidate, EndpointUnavailable, PassageReader, SparseQuery
from retrieval.references import short_title_key, title_key
from retrieval.search import Search

AS_OF = date(2025, 6, 1)


@dataclass
class ListIndex:
    """Recalls all its passages in the order given, whatever is asked, and notes what it was asked."""

    passages: list[Passage]
    version: str = "v1"
    limits: list[int] = field(default_factory=list)
    dense: list[Sequence[float] | None] = field(default_factory=list)
    closed: bool = False

    def snapshot(self) -> ListIndex:
        return self

    def recall(
        self, sparse: SparseQuery, dense: Sequence[float] | None, query: SearchQuery, limit: int
    ) -> list[Candidate]:
        self.limits.append(limit)
        self.dense.append(dense)
        if not sparse.indices and dense is None:
            return []
        return [Candidate(each.id, 10.0 - place) for place, each in enumerate(self.passages)][:limit]

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        held = {passage.id: passage for passage in self.passages}
        return [held[each] for each in passage_ids if each in held]

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        keys = (title_key, short_title_key)
        return [
            each
            for each in self.passages
            if each.clause == f"第{article}条" and any(key(each.title) in laws for key in keys)
        ]

    def neighbours(self, passage: Passage) -> list[Passage]:
        return [passage]

    def versions(self, passage: Passage) -> list[Passage]:
        return [passage]

    def count(self) -> int:
        return len(self.passages)

    def upsert(self, passages: Sequence[Passage]) -> None: ...

    def delete_documents(self, document_ids: object) -> None: ...

    def close(self) -> None:
        self.closed = True


class Backwards:
    """Turns the candidates round and is sure by their number."""

    def rerank(self, query: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        return [Candidate(each.passage_id, -each.score) for each in reversed(candidates)]

    def answerability(self, query: str, ranked: Sequence[Candidate]) -> float:
        return len(ranked) / 100


class Down:
    """An endpoint that is not there."""

    dimension = 2

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise EndpointUnavailable("down")

    def rerank(self, query: str, passages: Sequence[Passage], first_stage: Sequence[float]) -> list[float]:
        raise EndpointUnavailable("down")


class Up:
    dimension = 2

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[1.0, 0.0] for _ in texts]

    def rerank(self, query: str, passages: Sequence[Passage], first_stage: Sequence[float]) -> list[float]:
        return [float(len(passage.text)) for passage in passages]


def article(name: str, title: str, number: int, text: str = "条文") -> Passage:
    return Passage(name, name, title, text, path=(f"第{number}条",))


def plain(count: int) -> list[Passage]:
    return [Passage(f"p{n}", f"d{n}", "指南", "字" * (n + 1)) for n in range(count)]


def backwards(reader: PassageReader) -> Backwards:
    return Backwards()


def ask(search: Search, text: str = "暖气不热", k: int = 3) -> SearchResult:
    return search.search(SearchQuery(text, as_of=AS_OF, k=k))


def ids(result: SearchResult) -> list[str]:
    return [hit.passage.id for hit in result.hits]


def test_without_a_second_stage_the_order_is_that_of_recall() -> None:
    result = ask(Search(ListIndex(plain(5))))
    assert ids(result) == ["p0", "p1", "p2"]
    assert [hit.score for hit in result.hits] == [10.0, 9.0, 8.0]
    assert result.index_version == "v1"
    assert result.degraded == ()


def test_the_second_stage_sees_all_candidates_and_says_how_sure_it_is() -> None:
    index = ListIndex(plain(40))
    result = ask(Search(index, reranking=backwards, candidates=30))
    assert ids(result) == ["p29", "p28", "p27"]
    assert result.answerability == pytest.approx(0.3)
    assert index.limits == [30]


def test_no_fewer_candidates_than_hits_are_asked_for() -> None:
    assert len(ask(Search(ListIndex(plain(40)), candidates=10), k=25).hits) == 25


def test_nothing_found_is_nothing_answered() -> None:
    result = ask(Search(ListIndex([]), reranking=backwards))
    assert result.hits == ()
    assert result.answerability == 0.0
    assert ask(Search(ListIndex(plain(3))), text="？！").hits == ()


def test_a_named_article_comes_first_once_and_is_certain() -> None:
    passages = [*plain(5), article("law", "物业管理条例", 20)]
    result = ask(Search(ListIndex(passages), reranking=backwards), "物业管理条例第二十条讲什么")
    assert ids(result) == ["law", "p4", "p3"]
    assert result.answerability == 1.0
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_the_full_title_goes_before_the_local_rule_of_that_name_and_the_longest_reading_excludes_the_rest() -> None:
    passages = [article("local", "北京市物业管理条例", 20), article("state", "物业管理条例", 20)]
    search = Search(ListIndex(passages))
    assert ids(ask(search, "物业管理条例第二十条"))[:2] == ["state", "local"]
    both = search.search(SearchQuery("北京市物业管理条例第20条", as_of=AS_OF, k=1))
    assert ids(both) == ["local"]


def test_more_named_passages_than_hits_are_cut() -> None:
    passages = [article(f"a{n}", "物业管理条例", 20) for n in range(5)]
    assert ids(ask(Search(ListIndex(passages)), "物业管理条例第20条", k=2)) == ["a0", "a1"]


def test_dense_recall_is_asked_when_there_is_an_embedder() -> None:
    index = ListIndex(plain(3))
    assert ask(Search(index, embedder=Up())).degraded == ()
    assert index.dense == [[1.0, 0.0]]


def test_a_silent_embedder_leaves_lexical_recall_and_is_named() -> None:
    index = ListIndex(plain(3))
    result = ask(Search(index, embedder=Down()))
    assert ids(result) == ["p0", "p1", "p2"]
    assert result.degraded == ("embedder",)
    assert index.dense == [None]


def test_a_cross_encoder_orders_the_first_twenty() -> None:
    result = ask(Search(ListIndex(plain(40)), cross_encoder=Up()))
    assert ids(result) == ["p19", "p18", "p17"]


def test_a_silent_cross_encoder_leaves_the_order_and_is_named() -> None:
    result = ask(Search(ListIndex(plain(40)), cross_encoder=Down(), embedder=Down()))
    assert ids(result) == ["p0", "p1", "p2"]
    assert result.degraded == ("embedder", "reranker")


def test_warming_up_asks_once() -> None:
    index = ListIndex(plain(3))
    Search(index, reranking=backwards).warm_up()
    assert len(index.limits) == 1


def test_closing_the_search_closes_the_index() -> None:
    index = ListIndex(plain(1))
    Search(index).close()
    assert index.closed
