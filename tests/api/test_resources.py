"""Passages and documents: search, one clause in its surroundings, versions, cursors and ETags."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from retrieval.ports import IndexUnavailable
from tests.api.fakes import FakeContainer


async def test_search_passes_everything_on(client: httpx.AsyncClient, container: FakeContainer) -> None:
    params: dict[str, Any] = {
        "q": "物业费",
        "as_of": "2019-01-01",
        "region": "北京市",
        "level": ["法律", "行政法规"],
        "k": 1,
    }
    body = (await client.get("/v1/passages", params=params)).json()
    (query,) = container.search.queries
    assert (query.text, query.as_of.isoformat(), query.region, query.levels, query.k) == (
        "物业费", "2019-01-01", "北京市", ("法律", "行政法规"), 1,
    )  # fmt: skip
    assert len(body["items"]) == 1
    hit = body["items"][0]["passage"]
    assert (hit["id"], hit["clause"], hit["validity"]["in_force"]) == ("p-20-1", "第二十条第一款", False)


@pytest.mark.parametrize(
    "params", [{}, {"q": ""}, {"q": "好", "k": 0}, {"q": "好", "k": 101}, {"q": "好", "as_of": "x"}, {"q": "a\x00b"}]
)
async def test_search_refuses_what_it_cannot_do(client: httpx.AsyncClient, params: dict[str, str]) -> None:
    response = await client.get("/v1/passages", params=params)
    assert response.status_code == 422
    assert response.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("fault", [IndexUnavailable("gone"), TimeoutError()])
async def test_missing_index_is_503(client: httpx.AsyncClient, container: FakeContainer, fault: Exception) -> None:
    container.search.fault = fault
    for path in ("/v1/passages?q=物业费", "/v1/passages/p-20-1"):
        response = await client.get(path)
        assert (response.status_code, response.json()["code"]) == (503, "index_unavailable")
        assert response.headers["retry-after"] == "5"


async def test_passage_comes_with_its_article_and_offsets(client: httpx.AsyncClient) -> None:
    body = (await client.get("/v1/passages/p-20-1")).json()
    assert (body["passage"]["start"], body["passage"]["end"]) == (100, 136)
    assert [passage["id"] for passage in body["neighbours"]] == ["p-20-1", "p-20-2"]
    assert body["passage"]["basis"] == [{"law": "中华人民共和国民法典", "article": "第二百七十八条"}]


@pytest.mark.parametrize("path", ["/v1/passages/none", "/v1/documents/none"])
async def test_missing_is_404(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.json()["code"].endswith("_not_found")


async def test_pages_follow_the_cursor_to_the_end(client: httpx.AsyncClient) -> None:
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/documents", params=params)).json()
        seen += [document["id"] for document in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["d-new", "d-old", "e-heat"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"title": "供热"}, ["e-heat"]),
        ({"in_force": "false"}, ["d-old"]),
        ({"in_force": "true", "as_of": "2015-01-01"}, ["d-old"]),
        ({"region": "北京市"}, ["d-new", "e-heat"]),
        ({"level": "规章"}, ["d-new"]),
        ({"kind": "law"}, []),
    ],
)
async def test_filters(client: httpx.AsyncClient, params: dict[str, str], expected: list[str]) -> None:
    items = (await client.get("/v1/documents", params=params)).json()["items"]
    assert [document["id"] for document in items] == expected


@pytest.mark.parametrize("cursor", ["!!!", "/w==", "é"])
async def test_foreign_cursor(client: httpx.AsyncClient, cursor: str) -> None:
    response = await client.get("/v1/documents", params={"cursor": cursor})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


async def test_document_knows_its_versions_and_basis(client: httpx.AsyncClient) -> None:
    old = (await client.get("/v1/documents/d-old")).json()
    new = (await client.get("/v1/documents/d-new")).json()
    assert [version["id"] for version in old["versions"]] == ["d-old", "d-new"] == [v["id"] for v in new["versions"]]
    assert old["document"]["successor_id"] == "d-new"
    assert (old["document"]["validity"]["in_force"], new["document"]["validity"]["in_force"]) == (False, True)
    assert new["passage_ids"] == ["p-20-1", "p-20-2"]
    assert new["document"]["basis"][0]["article"] == "第二百七十八条"


async def test_etag_saves_the_second_transfer(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/documents/d-new")
    tag = first.headers["etag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get("/v1/documents/d-new", headers={"if-none-match": header})
        assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/v1/documents/d-new", headers={"if-none-match": '"other"'})).status_code == 200
    assert (await client.get("/v1/documents/d-new?as_of=2015-01-01")).headers["etag"] != tag
