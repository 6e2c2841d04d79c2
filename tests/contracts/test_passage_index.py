"""One suite for every passage index: embedded Qdrant Edge, and the server adapter over qdrant-client's local mode, over
that mode behind HTTP, and over a real server where one is given.

A real server is used when HOTLINE_TEST_QDRANT_URL names one; the suite makes and drops a collection of its own there.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from retrieval.adapters.edge_index import EdgeIndex
from retrieval.adapters.qdrant_server import QdrantServerIndex
from retrieval.contracts import LegalBasis, Passage, SearchQuery, Validity
from retrieval.filters import admission, admits
from retrieval.ports import Embedder, PassageIndex
from retrieval.recall_tokens import sparse_query
from tests.contracts.qdrant_over_http import qdrant_over_http

TODAY = date(2025, 6, 1)
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
OpenIndex = Callable[[Embedder | None], PassageIndex]


def passage(name: str, text: str, **fields: object) -> Passage:
    plain: dict[str, object] = {"document_id": name.split("#")[0], "title": "供热规定"} | fields
    return Passage(id=name, text=text, **plain)  # type: ignore[arg-type]


def ask(text: str, **fields: object) -> SearchQuery:
    return SearchQuery(text, **{"as_of": TODAY} | fields)  # type: ignore[arg-type]


def recalled(index: PassageIndex, query: SearchQuery, limit: int = 50) -> list[str]:
    return [hit.passage_id for hit in index.recall(sparse_query(query.text), None, query, limit)]


class TwoWords:
    """An embedder with two directions: heating and everything else."""

    dimension = 2

    def embed(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, 0.0] if "暖气" in text else [0.0, 1.0] for text in texts]


SERVER = os.environ.get("HOTLINE_TEST_QDRANT_URL", "")
KINDS = ["edge", "local", "http", *(["server"] if SERVER else [])]


@pytest.fixture(params=KINDS)
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenIndex]:
    collection = f"contract-{uuid.uuid4().hex}"
    with ExitStack() as stack:
        url = stack.enter_context(qdrant_over_http()) if request.param == "http" else SERVER

        def make(embedder: Embedder | None = None) -> PassageIndex:
            if request.param == "edge":
                index: PassageIndex = EdgeIndex(tmp_path / "index", embedder=embedder)
            else:
                client = QdrantClient(":memory:") if request.param == "local" else None
                index = QdrantServerIndex(url, collection, client=client, embedder=embedder, timeout_s=10.0)
            stack.callback(index.close)
            return index

        yield make
        if request.param == "server":
            QdrantClient(url=SERVER).delete_collection(collection)


@pytest.fixture
def index(open_index: OpenIndex) -> PassageIndex:
    return open_index(None)


def test_an_empty_index_finds_nothing(index: PassageIndex) -> None:
    index.upsert([])
    assert index.count() == 0
    assert recalled(index, ask("暖气不热")) == []


def test_a_passage_comes_back_as_it_went_in(index: PassageIndex) -> None:
    stored = Passage(
        id="heat#1",
        document_id="heat",
        title="北京市供热采暖管理办法",
        text="采暖期内室内温度不低于18℃。\n“暖气”不热的,可以投诉。",
        path=("第三章 用热", "第十九条", "第二款"),
        start=120,
        end=145,
        ordinal=7,
        validity=Validity(date(2010, 4, 1), date(2031, 1, 1)),
        region="北京市",
        level="地方政府规章",
        kind="regulation",
        document_number="市政府令第216号",
        issuer="北京市人民政府",
        basis=(LegalBasis("北京市供热采暖管理办法", "第十九条"),),
        keywords=("供暖", "室温"),
        row_id="row-9",
    )
    bare = Passage(id="bare", document_id="bare", title="", text="暖气")
    index.upsert([stored, bare])
    assert index.fetch(["bare", "unknown", "heat#1"]) == [bare, stored]
    assert index.fetch([]) == []


def test_recall_ranks_the_passage_that_shares_the_rarer_words_first(index: PassageIndex) -> None:
    index.upsert(
        [
            passage("a", "物业服务费按照建筑面积交纳"),
            passage("b", "暖气不热的,供热单位应当在二十四小时内上门测温"),
            passage("c", "停车费由物业收取"),
        ]
    )
    assert recalled(index, ask("暖气不热怎么办"))[0] == "b"
    scores = [hit.score for hit in index.recall(sparse_query("物业停车费"), None, ask("物业停车费"), 10)]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


def test_recall_stops_at_the_limit_and_survives_a_question_without_words(index: PassageIndex) -> None:
    index.upsert([passage(f"p{n}", f"暖气第{n}号") for n in range(20)])
    assert len(recalled(index, ask("暖气"), limit=7)) == 7
    assert recalled(index, ask("？！…")) == []


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, True),
        (TODAY, None, True),
        (TODAY + timedelta(1), None, False),
        (None, TODAY, False),
        (None, TODAY + timedelta(1), True),
        (date(1949, 10, 1), date(2024, 1, 1), False),
    ],
)
def test_only_text_in_force_on_the_day_is_found(
    index: PassageIndex, start: date | None, end: date | None, found: bool
) -> None:
    index.upsert([passage("p", "暖气不热", validity=Validity(start, end))])
    assert recalled(index, ask("暖气")) == (["p"] if found else [])


def test_as_of_chooses_the_version(index: PassageIndex) -> None:
    turn = date(2020, 5, 1)
    index.upsert(
        [
            passage("old", "业主大会应当有过半数业主参加", validity=Validity(date(2003, 9, 1), turn)),
            passage("new", "业主大会应当有三分之二业主参加", validity=Validity(turn, None)),
        ]
    )
    assert recalled(index, ask("业主大会", as_of=date(2019, 1, 1))) == ["old"]
    assert recalled(index, ask("业主大会", as_of=turn)) == ["new"]
    assert recalled(index, ask("业主大会", as_of=date(2003, 8, 31))) == []


PLACES = {
    "national": None,
    "beijing": "北京市",
    "beijing-short": "北京",
    "chaoyang": "北京市朝阳区",
    "chaoyang-bare": "朝阳区",
    "haidian": "北京市海淀区",
    "shanghai": "上海市",
    "changchun-chaoyang": "长春市朝阳区",
}


@pytest.mark.parametrize(
    ("region", "admitted"),
    [
        (None, set(PLACES)),
        ("全国", {"national"}),
        ("北京", {"national", "beijing", "beijing-short"}),
        ("北京市朝阳区", {"national", "beijing", "beijing-short", "chaoyang", "chaoyang-bare"}),
        ("上海市", {"national", "shanghai"}),
    ],
)
def test_a_place_sees_itself_and_what_is_wider(index: PassageIndex, region: str | None, admitted: set[str]) -> None:
    index.upsert([passage(name, "暖气不热", region=place) for name, place in PLACES.items()])
    assert set(recalled(index, ask("暖气", region=region))) == admitted


def test_levels_narrow_the_search(index: PassageIndex) -> None:
    index.upsert(
        [passage("law", "暖气", level="法律"), passage("rule", "暖气", level="地方性法规"), passage("none", "暖气")]
    )
    assert set(recalled(index, ask("暖气", levels=("法律", "地方性法规")))) == {"law", "rule"}
    assert set(recalled(index, ask("暖气"))) == {"law", "rule", "none"}


def test_the_filter_is_inside_the_query(index: PassageIndex) -> None:
    """One admissible passage behind a hundred better ones that are not: a filter after the fact would lose it."""
    better = [passage(f"x{n}", "暖气暖气暖气", region="上海市") for n in range(100)]
    index.upsert([*better, passage("mine", "物业提到一次暖气,其余都是别的话", region="北京市")])
    assert recalled(index, ask("暖气", region="北京市"), limit=1) == ["mine"]


def test_the_index_agrees_with_the_filter_in_plain_words(index: PassageIndex) -> None:
    days = [None, date(2024, 1, 1), TODAY, date(2026, 1, 1)]
    stored = [
        passage(f"{place}-{n}-{m}", "暖气", region=PLACES[place], level=level, validity=Validity(days[n], days[m]))
        for place in PLACES
        for n, level in ((0, "法律"), (1, None), (2, "法律"), (3, None))
        for m in range(4)
    ]
    index.upsert(stored)
    for query in (
        ask("暖气", region="北京市朝阳区"),
        ask("暖气", levels=("法律",)),
        ask("暖气", as_of=date(2024, 1, 1)),
    ):
        expected = {each.id for each in stored if admits(admission(query), each)}
        assert set(recalled(index, query, limit=500)) == expected


def test_an_upsert_replaces_text_and_validity(index: PassageIndex) -> None:
    index.upsert([passage("p", "暖气不热"), passage("q", "停车难")])
    index.upsert([passage("p", "电梯困人", validity=Validity(None, TODAY))])
    assert index.count() == 2
    assert recalled(index, ask("暖气")) == []
    assert recalled(index, ask("电梯")) == []
    assert recalled(index, ask("电梯", as_of=TODAY - timedelta(1))) == ["p"]
    assert index.fetch(["p"])[0].text == "电梯困人"


def test_deleting_a_document_deletes_all_of_it_and_nothing_else(index: PassageIndex) -> None:
    index.upsert([passage("d#1", "暖气"), passage("d#2", "暖气"), passage("e#1", "暖气")])
    index.delete_documents(["d", "unknown"])
    index.delete_documents([])
    assert index.count() == 1
    assert recalled(index, ask("暖气")) == ["e#1"]
    assert index.fetch(["d#1"]) == []
    index.upsert([passage("d#3", "暖气")])
    assert set(recalled(index, ask("暖气"))) == {"d#3", "e#1"}


def test_what_was_deleted_takes_no_place_among_the_best(index: PassageIndex) -> None:
    index.upsert([passage("d#1", "暖气暖气"), passage("e#1", "暖气不热怎么办理，由谁负责")])
    assert recalled(index, ask("暖气"), limit=1) == ["d#1"]
    index.delete_documents(["d"])
    assert recalled(index, ask("暖气"), limit=1) == ["e#1"]


def test_neighbours_are_the_whole_article_in_order(index: PassageIndex) -> None:
    twelve = [
        passage(f"d#{n}", f"款{n}", path=("第三章", "第十二条", f"第{n}款"), ordinal=n, document_id="d")
        for n in (2, 1, 3)
    ]
    other = passage("d#9", "别的条", path=("第三章", "第十三条"), ordinal=9, document_id="d")
    elsewhere = passage("e#1", "别的文件", path=("第三章", "第十二条"), ordinal=1, document_id="e")
    guide = [passage(f"g#{n}", f"段{n}", path=("办理材料",), ordinal=n, document_id="g") for n in (1, 2)]
    index.upsert([*twelve, other, elsewhere, *guide])
    assert [found.id for found in index.neighbours(twelve[0])] == ["d#1", "d#2", "d#3"]
    assert [found.id for found in index.neighbours(guide[1])] == ["g#1", "g#2"]
    assert index.neighbours(passage("nowhere", "x", path=("第一条",))) == []


def test_a_named_article_is_found_by_full_and_short_title_in_the_version_in_force(index: PassageIndex) -> None:
    turn = date(2020, 5, 1)
    index.upsert(
        [
            passage("n", "全国", title="物业管理条例", path=("第二十条",)),
            passage(
                "b-old",
                "旧",
                title="北京市物业管理条例",
                path=("第二十条",),
                region="北京",
                validity=Validity(None, turn),
            ),
            passage(
                "b-new", "新", title="北京市物业管理条例", path=("第二十条",), region="北京", validity=Validity(turn)
            ),
            passage("b-21", "他条", title="北京市物业管理条例", path=("第二十一条",), region="北京"),
            passage("s", "沪", title="上海市住宅物业管理规定", path=("第二十条",), region="上海"),
            passage("c", "民法典", title="中华人民共和国民法典", path=("第五编", "第一千零四十三条")),
        ]
    )
    here = ask("", region="北京市朝阳区")
    assert {found.id for found in index.named(["物业管理条例"], "20", here)} == {"n", "b-new"}
    assert {found.id for found in index.named(["北京市物业管理条例"], "20", here)} == {"b-new"}
    before = ask("", region="北京市", as_of=date(2019, 1, 1))
    assert {found.id for found in index.named(["北京市物业管理条例", "没有的法"], "20", before)} == {"b-old"}
    assert [found.id for found in index.named(["民法典"], "1043", here)] == ["c"]
    assert index.named(["民法典"], "", here) == []


def test_versions_are_the_same_article_of_the_same_law_oldest_first(index: PassageIndex) -> None:
    turn = date(2020, 5, 1)
    law = {"title": "北京市物业管理条例", "region": "北京市"}
    old = passage("old", "旧", path=("第二章", "第二十条"), validity=Validity(date(2010, 10, 1), turn), **law)
    new = passage("new", "新", path=("第三章", "第二十条"), validity=Validity(turn), **law)
    elsewhere = passage("sh", "沪", path=("第二十条",), title="北京市物业管理条例", region="上海市")
    other = passage("n", "国", path=("第二十条",), title="物业管理条例")
    guides = [
        passage(f"g{year}", "材料", path=("办理材料",), title="落户指南", validity=Validity(date(year, 1, 1)))
        for year in (2024, 2022)
    ]
    steps = passage("step", "步骤", path=("办理步骤",), title="落户指南")
    index.upsert([new, other, elsewhere, old, *guides, steps])
    assert [found.id for found in index.versions(new)] == ["old", "new"]
    assert [found.id for found in index.versions(guides[0])] == ["g2022", "g2024"]
    assert index.versions(passage("none", "无", path=("第一条",), title="没有")) == []


def test_dense_vectors_find_what_shares_no_word(open_index: OpenIndex) -> None:
    embedder = TwoWords()
    index = open_index(embedder)
    index.upsert([passage("warm", "暖气片"), passage("cold", "别的事情")])
    query = ask("家里太冷")
    assert index.recall(sparse_query(query.text), None, query, 5) == []
    found = index.recall(sparse_query(query.text), embedder.embed(["暖气"])[0], query, 5)
    assert found[0].passage_id == "warm"
    elsewhere = ask("家里太冷", as_of=date(1, 1, 1), levels=("法律",))
    assert index.recall(sparse_query("家里太冷"), [1.0, 0.0], elsewhere, 5) == []


def test_lexical_and_dense_are_fused_by_rank(open_index: OpenIndex) -> None:
    index = open_index(TwoWords())
    index.upsert([passage("both", "暖气维修,又维修"), passage("word", "维修基金"), passage("dense", "暖气片")])
    found = index.recall(sparse_query("维修"), [1.0, 0.0], ask("维修"), 3)
    assert found[0].passage_id == "both"
    assert {hit.passage_id for hit in found} == {"both", "word", "dense"}


def test_a_large_batch_goes_in_whole(index: PassageIndex) -> None:
    index.upsert([passage(f"p{n}", f"暖气编号{n}") for n in range(2300)])
    assert index.count() == 2300
    assert recalled(index, ask("编号2299"), limit=1) == ["p2299"]
