"""The page at ``/``: a plain form that works without script, and streams the same answer with it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from assistant.api.pages.endpoints import highlighted
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer


class Outline(HTMLParser):
    """Tags with their attributes, and every id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def test_first_visit(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    outline = Outline(page.text)
    assert outline.all("html")[0]["lang"] == "zh-CN"
    assert any(link.get("href") == "tel:12345" for link in outline.all("a"))
    assert "转人工" in page.text and "内容由AI生成" in page.text and "服务声明" in page.text
    assert "北京市朝阳区" in page.text
    labelled = {label["for"] for label in outline.all("label")}
    assert {"question"} <= labelled & {area["id"] for area in outline.all("textarea")}


async def test_nothing_foreign_and_nothing_inline(client: httpx.AsyncClient) -> None:
    for response in (await client.get("/"), await client.post("/", data={"question": "物业费"})):
        outline = Outline(response.text)
        addresses = [
            a.get("src") or a.get("href", "") for tag in ("script", "link", "img", "a") for a in outline.all(tag)
        ]
        assert all(address.startswith(("/", "#", "tel:", "data:,")) for address in addresses)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", response.text)
        ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
        assert len(ids) == len(set(ids))


async def test_asking_without_script(client: httpx.AsyncClient) -> None:
    page = await client.post("/", data={"question": "小区物业费涨价要经过业主同意吗？"})
    assert page.status_code == 200
    assert "<mark>物业服务收费标准的调整，应当由业主共同决定。</mark>物业服务人不得擅自提高收费标准。" in page.text
    assert 'href="#c1"' in page.text and 'id="c1"' in page.text
    for shown in (
        "第二十条第一款",
        "现行有效",
        "自 2020-05-01 起施行",
        "演示令第1号",
        "小区物业费涨价要经过业主同意吗？",
    ):
        assert shown in page.text
    assert page.headers["x-ai-generated"] == "true"


async def test_follow_up_without_script(client: httpx.AsyncClient, container: FakeContainer) -> None:
    first = Outline((await client.post("/", data={"question": "物业费"})).text)
    conversation = next(field["value"] for field in first.all("input") if field["name"] == "conversation_id")
    second = await client.post("/", data={"question": "那外地户口呢？", "conversation_id": conversation})
    assert len(container.flow.turns[1].history) == 2
    assert "之前的对话（1 问）" in second.text


async def test_refusal_shows_nearest_documents(client: httpx.AsyncClient) -> None:
    page = await client.post("/", data={"question": "unanswerable_no_evidence"})
    assert "最接近的文件" in page.text and "演示物业管理办法 第二十条" in page.text


@pytest.mark.parametrize(
    ("question", "words"), [("", "请输入您的问题"), ("问" * 1001, "最多 1000 个字，现有 1001 个字")]
)
async def test_problems_are_shown_beside_the_question(client: httpx.AsyncClient, question: str, words: str) -> None:
    page = await client.post("/", data={"question": question})
    assert page.status_code == 422
    assert words in page.text
    assert question in page.text


async def test_question_is_escaped(client: httpx.AsyncClient) -> None:
    page = await client.post("/", data={"question": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text and "&lt;script&gt;alert(1)" in page.text


async def test_with_script_the_answer_streams(client: httpx.AsyncClient) -> None:
    response = await client.post("/", data={"question": "物业费"}, headers={"accept": "text/event-stream"})
    frames = [text.removeprefix("data: ") for text in response.text.split("\n\n") if text.startswith("data: ")]
    parts: list[dict[str, Any]] = [json.loads(text) for text in frames[:-1]]
    assert [part["type"] for part in parts] == ["stage", "stage", "text-delta", "text-delta", "answer"]
    assert "现行有效" in parts[-1]["html"] and parts[-1]["conversationId"]
    assert frames[-1] == "[DONE]"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({}, 200),
    ],
)
async def test_forms_of_other_sites_are_refused(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    response = await client.post("/", data={"question": "物业费"}, headers=headers)
    assert response.status_code == status


@pytest.mark.parametrize("body", [b"question=%FF%FE", b"question=%B9%A9%C5%AF"])
async def test_gbk_forms_get_a_hint(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert response.status_code == 400
    assert "请使用UTF-8" in response.text


async def test_assets_are_cached_by_content(client: httpx.AsyncClient) -> None:
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
        first = await client.get(f"/assets/{name}")
        assert first.headers["content-type"].startswith(kind)
        again = await client.get(f"/assets/{name}", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
    assert (await client.get("/assets/page.html")).status_code == 404


async def test_large_print_survives_the_question(client: httpx.AsyncClient) -> None:
    assert '<body class="large">' in (await client.get("/?size=large")).text
    assert '<body class="large">' in (await client.post("/", data={"question": "物业费", "size": "large"})).text


async def test_page_can_be_switched_off_and_on(container: FakeContainer) -> None:
    async with client_of(container, landing_page=False) as client:
        assert (await client.get("/")).status_code == 404


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("甲。乙。丙。", "乙。", "甲。<mark>乙。</mark>丙。"),
        ("可以申领（依据：第二条）。", "可以申领。", "<mark>可以申领</mark>（依据：第二条）。"),
        ("<b>甲</b>乙", "乙", "&lt;b&gt;甲&lt;/b&gt;<mark>乙</mark>"),
        ("- 甲\n- 乙", "乙", "• 甲\n• <mark>乙</mark>"),
        ("甲", "没有", "甲"),
        ("甲", "", "甲"),
    ],
)
def test_quotes_are_marked_inside_the_clause(text: str, quote: str, expected: str) -> None:
    assert str(highlighted(text, quote)) == expected
