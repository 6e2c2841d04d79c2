"""``/policies``: the knowledge base is open for public search (ordinance Article 31). 演示数据."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from assistant.api.answering import today
from assistant.setting_sections import Widget
from retrieval.contracts import Document, LegalBasis, Passage, Validity
from retrieval.ports import IndexUnavailable
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, KEY, FakeContainer, FixedDocuments, FixedSearch

DAY = today()
IN_FORCE = Document(
    "heat-new",
    "演示供热办法",
    "regulation",
    "规章",
    "北京市",
    "演示市人民政府",
    "演示令第8号",
    "公共服务/供暖",
    Validity(date(2024, 11, 1)),
    predecessor_id="heat-old",
    owner_unit="区城市管理委、供热单位",
    review_date=date(2027, 1, 1),
    verified=True,
    basis=(LegalBasis("演示基本法", "第三条"), LegalBasis("演示基本法", "第五条"), LegalBasis("未收录的法", "第一条")),
)
OLD = replace(
    IN_FORCE,
    id="heat-old",
    document_number="演示令第1号",
    validity=Validity(date(2010, 1, 1), date(2024, 11, 1)),
    predecessor_id=None,
    successor_id="heat-new",
)
LAW = Document("law", "演示基本法", "regulation", "法律", validity=Validity(date(2000, 1, 1)), category="法治/立法")
COMING = Document("coming", "演示明年办法", validity=Validity(DAY + timedelta(days=30)))
PENDING = Document("pending", "演示正在入库的文件", validity=Validity(date(2020, 1, 1)))
UNVERIFIED = Document("guide", "怎样<退>采暖费", "guide", category="公共服务/供暖")


def clauses(document: Document, *texts: str) -> list[Passage]:
    return [
        Passage(f"{document.id}/{place}", document.id, document.title, text, (document.title, f"第{'一二三'[place]}条"))
        for place, text in enumerate(texts)
    ]


TEXTS = [
    *clauses(IN_FORCE, "室温不得低于十八摄氏度。", "低于标准的退还采暖费。"),
    *clauses(OLD, "室温不得低于十六摄氏度。", "低于标准的退还采暖费。"),
    *clauses(LAW, "本法自公布之日起施行。"),
    *clauses(COMING, "明年起施行。"),
    *clauses(UNVERIFIED, "<script>alert(1)</script>向供热单位申请。"),
]


class Shelf(FixedDocuments):
    def get(self, document_id: str) -> Document | None:
        return next((one for one in self.all() if one.id == document_id), None)

    def all(self) -> list[Document]:
        return [IN_FORCE, OLD, LAW, COMING, PENDING, UNVERIFIED]

    def passages_of(self, document_id: str) -> list[str]:
        return [one.id for one in TEXTS if one.document_id == document_id]


class Texts(FixedSearch):
    def fetch(self, passage_ids: object) -> list[Passage]:
        return [one for one in TEXTS if one.id in list(passage_ids)]  # type: ignore[call-overload]


def shelf() -> FakeContainer:
    return FakeContainer(documents=Shelf(), search=Texts())


def public(container: FakeContainer, **settings: Any) -> httpx.AsyncClient:
    """In production, where nobody is known without a key."""
    chosen = {"widget": Widget(enabled=True), **settings}
    return client_of(container, keys=(DIGEST,), environment="production", **chosen)


async def test_article_31_the_knowledge_base_is_open_for_public_search() -> None:
    container = shelf()
    async with public(container) as client:
        page = await client.get("/policies", params={"q": "供热"})
        assert page.status_code == 200
        assert 'href="/policies/heat-new"' in page.text and "演示令第8号" in page.text
        assert 'href="/policies/heat-old"' not in page.text, "what is repealed is not among what holds"
        whole = await client.get("/policies/heat-new")
        assert whole.status_code == 200
        for said in (
            "演示市人民政府",
            "演示令第8号",
            "2024-11-01",
            "现行有效",
            "区城市管理委、供热单位",
            "室温不得低于",
        ):
            assert said in whole.text
        assert "set-cookie" not in whole.headers


async def test_article_31_what_is_repealed_is_marked_and_leads_to_what_holds() -> None:
    async with public(shelf()) as client:
        page = (await client.get("/policies/heat-old")).text
    assert "本文件自 2024-11-01 起已失效，不能作为办事依据。" in page
    assert 'href="/policies/heat-new"' in page
    own = page.partition("<article")[2].partition("各版本")[0]
    assert "现行有效" not in own
    assert "（已失效）" in page.partition("<title>")[2].partition("</title>")[0]


async def test_a_document_shows_what_it_rests_on_its_versions_and_what_changed() -> None:
    async with public(shelf()) as client:
        page = (await client.get("/policies/heat-new")).text
    assert '<a href="/policies/law">《演示基本法》</a>第三条、第五条' in page
    assert "《未收录的法》第一条" in page and "》</a>第一条" not in page
    assert "与上一版本相比，1处变化" in page and "<del>室温不得低于十六摄氏度。</del>" in page


async def test_each_clause_has_an_address_of_its_own() -> None:
    async with public(shelf()) as client:
        page = (await client.get("/policies/heat-new")).text
    assert re.findall(r'<li id="p-([^"]+)"', page) == ["heat-new/0", "heat-new/1"]
    assert 'href="#p-heat-new/1"' in page


async def test_found_by_text_with_the_clause_and_narrowed_by_category_and_unit() -> None:
    container = shelf()
    async with public(container) as client:
        container.search = Finding()
        found = (await client.get("/policies", params={"q": "十八摄氏度"})).text
        assert 'href="/policies/heat-new#p-heat-new/0"' in found and "室温不得低于<mark>十八摄氏度</mark>。" in found
        for asked, count in (
            ({"category": "公共服务"}, 2),
            ({"category": "公共服务/供暖"}, 2),
            ({"category": "公共"}, 0),
            ({"unit": "供热单位"}, 1),
            ({"q": "十八摄氏度", "category": "法治"}, 0),
        ):
            page = (await client.get("/policies", params=asked)).text
            assert page.count('<h3><a href="/policies/') == count, asked
        browse = (await client.get("/policies")).text
        assert "现行有效3份" in browse and "category=%E5%85%AC%E5%85%B1%E6%9C%8D%E5%8A%A1/%E4%BE%9B%E6%9A%96" in browse


class Finding(Texts):
    async def search(self, query: object) -> object:  # type: ignore[override]
        from retrieval.contracts import ScoredPassage, SearchResult

        return SearchResult((ScoredPassage(TEXTS[0], 1.0),), 1.0)


@pytest.mark.parametrize("who", ["nobody", "key", "supervisor"])
async def test_drafts_and_what_is_not_in_the_index_answer_like_no_document(who: str) -> None:
    """Object-level: nothing tells a draft from an address that never was, whoever asks."""
    headers = {"authorization": f"Bearer {KEY}"} if who == "key" else {}
    opened = client_of(shelf()) if who == "supervisor" else public(shelf())
    async with opened as client:
        pages = [
            await client.get(f"/policies/{name}", headers=headers)
            for name in ("desk-0123456789ab", "pending", "none", "%00", "a" * 200)
        ]
        listed = (await client.get("/policies", params={"q": "演示"})).text
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "no-store" in pages[0].headers["cache-control"]
    assert "正在入库" not in listed


async def test_what_is_not_yet_in_force_is_not_listed_and_says_so() -> None:
    async with public(shelf()) as client:
        assert "演示明年办法" not in (await client.get("/policies", params={"q": "演示"})).text
        page = (await client.get("/policies/coming")).text
    assert "尚未施行" in page and "现在还不能作为办事依据" in page and "现行有效" not in page


async def test_pages_are_kept_by_caches_and_asked_for_again() -> None:
    async with public(shelf()) as client:
        page = await client.get("/policies/heat-new")
        assert page.headers["cache-control"] == "public, no-cache"
        again = await client.get("/policies/heat-new", headers={"if-none-match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await client.get("/policies/heat-old", headers={"if-none-match": page.headers["etag"]})
        assert other.status_code == 200


async def test_nothing_of_a_text_becomes_markup_and_no_script_runs() -> None:
    async with public(shelf()) as client:
        page = await client.get("/policies/guide")
        asked = await client.get("/policies", params={"q": '"><script>alert(1)</script>'})
    assert "<script" not in page.text and "&lt;script&gt;alert(1)" in page.text
    assert "<script" not in asked.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert " style=" not in page.text and "onclick" not in page.text


async def test_odd_questions_are_answered_and_long_ones_explained() -> None:
    async with public(shelf()) as client:
        for words in ("\x00", "%ED%A0%80", "　", "page"):
            assert (await client.get("/policies", params={"q": words, "page": "x"})).status_code == 200
        long = await client.get("/policies", params={"q": "长" * 101})
        assert long.status_code == 422 and "100个字以内" in long.text
        beyond = await client.get("/policies", params={"q": "演示", "page": "99"})
        assert beyond.status_code == 200


async def test_without_the_index_titles_are_still_found() -> None:
    container = shelf()
    container.search.fault = IndexUnavailable("away")
    async with public(container) as client:
        page = await client.get("/policies", params={"q": "供热"})
    assert page.status_code == 200
    assert "只按标题查找" in page.text and 'href="/policies/heat-new"' in page.text


async def test_a_list_of_addresses_for_the_citys_search_engine() -> None:
    async with public(shelf()) as client:
        page = await client.get("/policies/sitemap.txt")
    assert page.headers["content-type"].startswith("text/plain")
    told = [line.removeprefix("http://testserver/policies") for line in page.text.splitlines()]
    assert sorted(told) == ["", "/guide", "/heat-new", "/law"]


async def test_a_service_for_programs_alone_shows_no_pages() -> None:
    async with public(shelf(), widget=Widget(enabled=False)) as client:
        assert (await client.get("/policies")).status_code == 404


async def test_large_print_is_kept_by_every_link_and_by_nothing_else() -> None:
    async with public(shelf()) as client:
        page = (await client.get("/policies", params={"size": "large", "category": "公共服务"})).text
        plain = (await client.get("/policies/heat-new")).text
        whole = (await client.get("/policies/heat-new?size=large")).text
    assert '<body class="large">' in page and 'name="size" value="large"' in page
    assert 'href="/policies/heat-new?size=large"' in page and 'href="/complaint?size=large"' in page
    assert 'href="/policies?category=%E5%85%AC%E5%85%B1%E6%9C%8D%E5%8A%A1">标准版' in page
    assert 'href="/policies/heat-new?size=large">大字版' in plain and plain.count("size=large") == 1
    assert 'href="/policies/heat-old?size=large"' in whole
