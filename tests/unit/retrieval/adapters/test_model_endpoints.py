"""Embedding and rerank endpoints that answer, garble, fail and stay silent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import pytest

from retrieval.adapters.breaker import Breaker
from retrieval.adapters.openai_embedder import OpenAIEmbedder
from retrieval.adapters.rerank_endpoint import RerankEndpoint
from retrieval.contracts import Passage
from retrieval.ports import EndpointUnavailable
from tests.contracts.silent_server import refused_port, silent_server

Answer = Callable[[dict[str, object]], object]
PASSAGES = [Passage(f"p{n}", "d", "规定", "字" * 2000, path=("第一条",)) for n in range(3)]


def embedder(answer: Answer, seen: list[httpx.Request] | None = None) -> OpenAIEmbedder:
    return OpenAIEmbedder("http://vllm/v1/", "bge", api_key="key", transport=_transport(answer, seen))


def endpoint(answer: Answer, seen: list[httpx.Request] | None = None) -> RerankEndpoint:
    return RerankEndpoint("http://vllm/v1", "bge-reranker", transport=_transport(answer, seen))


def _transport(answer: Answer, seen: list[httpx.Request] | None) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        given = answer(json.loads(request.content))
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    return httpx.MockTransport(handle)


def vectors(body: dict[str, object]) -> dict[str, object]:
    texts = body["input"]
    assert isinstance(texts, list)
    rows = [{"index": n, "embedding": [3.0, 4.0 + n]} for n in range(len(texts))]
    return {"data": list(reversed(rows))}


def test_vectors_come_back_in_order_and_of_length_one() -> None:
    seen: list[httpx.Request] = []
    rows = embedder(vectors, seen).embed(["一", "二"])
    assert rows[0] == pytest.approx([0.6, 0.8])
    assert rows[1][1] > rows[0][1]
    assert str(seen[0].url) == "http://vllm/v1/embeddings"
    assert seen[0].headers["authorization"] == "Bearer key"
    assert json.loads(seen[0].content)["model"] == "bge"


def test_many_texts_go_in_batches_and_none_in_no_call() -> None:
    seen: list[httpx.Request] = []
    assert len(embedder(vectors, seen).embed(["字"] * 130)) == 130
    assert len(seen) == 3
    assert embedder(vectors).embed([]) == []


def test_the_dimension_is_asked_once() -> None:
    seen: list[httpx.Request] = []
    asked = embedder(vectors, seen)
    assert (asked.dimension, asked.dimension) == (2, 2)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "garbled",
    [
        {},
        [],
        {"data": "no"},
        {"data": [{"index": 0}]},
        {"data": [{"index": 0, "embedding": ["x", "y"]}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0]}]},
        httpx.Response(200, content=b"not json"),
        httpx.Response(200, content=b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}'),
        httpx.Response(500),
        httpx.Response(429, headers={"retry-after": "60"}),
        httpx.Response(307, headers={"location": "http://elsewhere/"}),
    ],
)
def test_anything_but_one_finite_vector_per_text_is_a_failure(garbled: object) -> None:
    with pytest.raises(EndpointUnavailable):
        embedder(lambda _: garbled).embed(["一"])


def test_a_model_that_changes_its_dimension_is_refused() -> None:
    sizes = iter([2, 3])
    changing = embedder(lambda _: {"data": [{"index": 0, "embedding": [1.0] * next(sizes)}]})
    changing.embed(["一"])
    with pytest.raises(EndpointUnavailable, match="dimension"):
        changing.embed(["一"])


def test_rerank_scores_come_back_in_the_order_of_the_passages() -> None:
    seen: list[httpx.Request] = []
    rows = [
        {"index": 2, "relevance_score": 0.9},
        {"index": 0, "relevance_score": 0.5},
        {"index": 1, "relevance_score": 0},
    ]
    scores = endpoint(lambda _: {"results": rows}, seen).rerank("问", PASSAGES, [1.0, 2.0, 3.0])
    assert scores == [0.5, 0.0, 0.9]
    body = json.loads(seen[0].content)
    assert str(seen[0].url) == "http://vllm/v1/rerank"
    assert body["documents"][0].startswith("规定 第一条\n字")
    assert max(map(len, body["documents"])) <= 800


@pytest.mark.parametrize(
    "garbled",
    [
        {},
        {"results": [{"index": 0, "relevance_score": 0.9}]},
        {"results": [{"index": n, "relevance_score": "x"} for n in range(3)]},
        {"results": [{"index": n} for n in range(3)]},
        httpx.Response(200, content=b'{"results": [{"index": 0, "relevance_score": NaN}]}'),
        httpx.Response(404),
    ],
)
def test_a_rerank_answer_must_score_every_passage(garbled: object) -> None:
    with pytest.raises(EndpointUnavailable):
        endpoint(lambda _: garbled).rerank("问", PASSAGES, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("fault", [silent_server, refused_port])
def test_a_silent_endpoint_costs_one_budget_and_then_nothing(fault: Callable[[], object]) -> None:
    with fault() as url:  # type: ignore[attr-defined]
        silent = OpenAIEmbedder(f"{url}/v1", "bge", timeout_s=0.2)
        started = time.monotonic()
        for _ in range(20):
            with pytest.raises(EndpointUnavailable):
                silent.embed(["一"])
        assert time.monotonic() - started < 2.0, "one after the other would take 4 s"


def test_the_message_holds_neither_text_nor_key() -> None:
    with pytest.raises(EndpointUnavailable) as raised:
        embedder(lambda _: httpx.Response(500, text="身份证号")).embed(["身份证号"])
    assert "身份证" not in str(raised.value)
    assert "key" not in str(raised.value)


def test_a_breaker_closes_again_after_its_time() -> None:
    now = [0.0]
    breaker = Breaker(5.0, clock=lambda: now[0])
    assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open
    now[0] = 5.0
    assert not breaker.is_open
