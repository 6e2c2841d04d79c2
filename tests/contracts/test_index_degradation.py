"""What a silent, refusing or erring Qdrant server, and a missing or broken embedded index, cost the caller."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from retrieval.adapters.open_search import open_server
from retrieval.adapters.qdrant_server import QdrantServerIndex
from retrieval.contracts import Passage, SearchQuery
from retrieval.ports import IndexUnavailable
from retrieval.recall_tokens import sparse_query
from tests.contracts.qdrant_over_http import qdrant_over_http
from tests.contracts.silent_server import refused_port, silent_server

QUERY = SearchQuery("暖气不热", as_of=date(2025, 6, 1))
CALLS: dict[str, Callable[[QdrantServerIndex], object]] = {
    "recall": lambda index: index.recall(sparse_query(QUERY.text), None, QUERY, 10),
    "fetch": lambda index: index.fetch(["p"]),
    "neighbours": lambda index: index.neighbours(Passage("p", "d", "t", "x")),
    "named": lambda index: index.named(["民法典"], "1", QUERY),
    "count": lambda index: index.count(),
    "upsert": lambda index: index.upsert([Passage("p", "d", "t", "x")]),
    "delete": lambda index: index.delete_documents(["d"]),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("fault", [silent_server, refused_port])
def test_no_call_waits_for_a_server_that_does_not_answer(
    call: Callable[[QdrantServerIndex], object], fault: Callable[[], AbstractContextManager[str]]
) -> None:
    with fault() as url:
        index = QdrantServerIndex(url, "passages", timeout_s=0.2)
        started = time.monotonic()
        with pytest.raises(IndexUnavailable):
            call(index)
        assert time.monotonic() - started < 2.0  # unbounded, it would wait for its client's own 5 s or more


def test_after_a_silence_the_server_is_left_alone_for_a_while_and_then_asked_again() -> None:
    with silent_server() as url:
        index = QdrantServerIndex(url, "passages", timeout_s=0.2, retry_after_s=1.5)
        with pytest.raises(IndexUnavailable):
            index.count()
        started = time.monotonic()
        for _ in range(100):
            with pytest.raises(IndexUnavailable, match="a moment ago"):
                index.count()
        assert time.monotonic() - started < 1.5  # one after the other would take 20 s
        time.sleep(1.5)
        with pytest.raises(IndexUnavailable, match="does not answer"):
            index.count()


def test_search_on_a_silent_server_gives_up_within_one_time_limit() -> None:
    with silent_server() as url:
        search = open_server(url, "passages", timeout_s=0.3)
        started = time.monotonic()
        with pytest.raises(IndexUnavailable):
            search.search(SearchQuery("民法典第十条和暖气", as_of=date(2025, 6, 1)))
        assert time.monotonic() - started < 2.0


def test_the_message_does_not_hold_the_key() -> None:
    with refused_port() as url, pytest.warns(UserWarning, match="insecure"):
        index = QdrantServerIndex(url, "passages", api_key="geheim-4711", timeout_s=0.2)
    with pytest.raises(IndexUnavailable) as raised:
        index.count()
    assert "geheim" not in str(raised.value)


@pytest.mark.filterwarnings("ignore:Api key is used")
def test_the_server_wants_the_key_and_gets_it() -> None:
    with qdrant_over_http("s3cret") as url:
        with pytest.raises(IndexUnavailable, match="401"):
            QdrantServerIndex(url, "passages").count()
        assert QdrantServerIndex(url, "passages", api_key="s3cret").count() == 0


def test_an_answer_of_refusal_is_no_silence_and_does_not_stop_the_next_call() -> None:
    with qdrant_over_http() as url:
        index = QdrantServerIndex(url, "passages", retry_after_s=60)
        with pytest.raises(IndexUnavailable):
            index.recall(sparse_query("暖气"), None, QUERY, 5)
        assert index.count() == 0
