"""The built pages as they are served: the same file for each page, caching by hash, nothing beside the build."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest

from assistant.api.pages import web

PAGES = ("/console", "/console/orders/1", "/dashboard", "/knowledge/documents/x", "/sign-in", "/accounts")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "app"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>工作台</title>")
    (folder / "assets" / "index-1a2b.js").write_text("export default 1;" * 100)
    (folder / "assets" / "index-1a2b.js.gz").write_bytes(
        gzip.compress((folder / "assets" / "index-1a2b.js").read_bytes())
    )
    (folder / "secret.txt").write_text("no")
    (tmp_path / "outside.js").write_text("no")
    monkeypatch.setitem(web.FOLDERS, "web", folder)
    return folder


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_is_the_one_file_asked_for_again_each_time(
    client: httpx.AsyncClient, built: Path, path: str
) -> None:
    page = await client.get(path)
    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert page.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_a_kept_page_keeps_its_policy(client: httpx.AsyncClient, built: Path) -> None:
    tag = (await client.get("/console")).headers["etag"]
    kept = await client.get("/console", headers={"if-none-match": tag})
    assert kept.status_code == 304
    assert "content-security-policy" not in kept.headers


async def test_files_named_by_their_hash_are_kept_for_good(client: httpx.AsyncClient, built: Path) -> None:
    packed = await client.get("/web/assets/index-1a2b.js", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert "immutable" in packed.headers["cache-control"]
    plain = await client.get("/web/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == packed.text


@pytest.mark.parametrize(
    "path", ["/web/../outside.js", "/web/%2e%2e/outside.js", "/web/secret.txt", "/web/", "/web/assets", "/web/a%00.js"]
)
async def test_nothing_beside_the_build_is_served(client: httpx.AsyncClient, built: Path, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_without_a_build_the_page_says_what_to_do(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(web.FOLDERS, "web", tmp_path)
    page = await client.get("/console")
    assert page.status_code == 503
    assert "make web" in page.text
