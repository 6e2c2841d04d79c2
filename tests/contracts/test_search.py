"""The whole search, learned second stage included, says the same over the embedded index and over a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from retrieval.adapters.edge_index import EdgeIndex
from retrieval.adapters.learned_reranking import OverFetched, over_forward_index
from retrieval.adapters.qdrant_server import QdrantServerIndex
from retrieval.contracts import Passage, SearchQuery, Validity
from retrieval.search import Search

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
TURN = date(2020, 5, 1)
HERE = SearchQuery("", as_of=date(2025, 6, 1), region="北京市朝阳区", k=3)


def article(number: int, text: str, **fields: object) -> Passage:
    plain: dict[str, object] = {"title": "北京市物业管理条例", "region": "北京市", "validity": Validity(TURN)} | fields
    name = f"{plain['title']}-{number}-{plain['validity']}"
    return Passage(name, str(plain.pop("document", plain["title"])), text=text, path=(f"第{number}条",), **plain)  # type: ignore[arg-type]


PASSAGES = [
    article(18, "业主大会由全体业主组成,代表和维护全体业主的合法权益。"),
    article(19, "物业服务人应当按照约定公示服务事项、收费标准和电梯维护费用。"),
    article(20, "物业服务费调整的,应当由业主共同决定,不得擅自提高收费标准。"),
    article(
        20, "物业服务费由物业企业与业主委员会协商。", validity=Validity(date(2010, 10, 1), TURN), document="旧条例"
    ),
    article(20, "业主可以自行管理建筑物及其附属设施。", title="物业管理条例", region=None),
    article(20, "本市物业服务收费由双方约定。", title="上海市住宅物业管理规定", region="上海市"),
    article(3, "暖气不热时,供热单位应当在十二小时内上门检测室温。", title="北京市供热采暖管理办法"),
    *(article(n, f"本条规定停车场第{n}号车位的编号办法。", title="停车办法", region=None) for n in range(30, 60)),
]


@pytest.fixture(params=["edge", "local"])
def search(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Search]:
    if request.param == "edge":
        writing = EdgeIndex(tmp_path)
        writing.upsert(PASSAGES)
        writing.close()
        search = Search(EdgeIndex(tmp_path, read_only=True), reranking=over_forward_index)
    else:
        server = QdrantServerIndex("", "passages", client=QdrantClient(":memory:"))
        server.upsert(PASSAGES)
        search = Search(server, reranking=OverFetched)
    yield search
    search.close()


def texts(search: Search, text: str, **fields: object) -> list[str]:
    query = SearchQuery(text, **{"as_of": HERE.as_of, "region": HERE.region, "k": HERE.k} | fields)  # type: ignore[arg-type]
    return [hit.passage.text[:8] for hit in search.search(query).hits]


def test_a_question_finds_the_article_that_answers_it(search: Search) -> None:
    assert texts(search, "物业服务费调整提高收费标准由谁决定")[0] == "物业服务费调整的"
    assert texts(search, "家里暖气不热怎么办")[0] == "暖气不热时,供热"


def test_a_named_article_comes_first_in_the_version_of_the_day(search: Search) -> None:
    assert texts(search, "北京市物业管理条例第二十条")[0] == "物业服务费调整的"
    assert texts(search, "《北京市物业管理条例》第20条", as_of=date(2015, 1, 1))[0] == "物业服务费由物业"
    assert texts(search, "物业管理条例第二十条")[:2] == ["业主可以自行管理", "物业服务费调整的"]


def test_no_other_place_and_no_repealed_version_is_found(search: Search) -> None:
    found = texts(search, "物业服务费收费由谁决定", k=50)
    assert "本市物业服务收费" not in found
    assert "物业服务费由物业" not in found
    assert "本市物业服务收费" in texts(search, "物业服务费收费由谁决定", region="上海市", k=50)


def test_how_sure_it_is_lies_between_nought_and_one_and_follows_the_evidence(search: Search) -> None:
    answered = search.search(SearchQuery("物业服务费调整由谁决定", HERE.as_of, HERE.region))
    beside = search.search(SearchQuery("量子计算机的价格是多少", HERE.as_of, HERE.region))
    assert 0 <= beside.answerability < answered.answerability <= 1
    assert search.search(SearchQuery("北京市物业管理条例第十八条", HERE.as_of, HERE.region)).answerability == 1.0


def test_scores_fall_and_nothing_is_degraded(search: Search) -> None:
    found = search.search(SearchQuery("停车场车位", HERE.as_of, HERE.region, k=20))
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.id for hit in found.hits}) == len(found.hits) == 20
    assert found.degraded == ()
