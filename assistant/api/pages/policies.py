"""``/policies``: the knowledge base, open for public search (ordinance Article 31). Plain pages: no script, no key, no cookie.

Only what citizens may be told is here: documents that were taken in or approved and stand in the index. A draft of the
knowledge desk answers as an address that does not exist, whoever asks.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from assistant.api.answering import today
from assistant.api.caching import matches
from assistant.api.documents.endpoints import versions_of
from assistant.api.documents.searching import Found, found_in_text
from assistant.api.pages.assets import TEMPLATES, size_of
from assistant.api.pages.endpoints import bulleted
from assistant.api.state import ApiContainer, ApiState, state_of
from assistant.domain.clause_changes import Change, ClauseChange, clause_changes
from retrieval.contracts import Document, Passage
from retrieval.ingestion.normalise import fold_line
from retrieval.ports import IndexUnavailable

router = APIRouter(include_in_schema=False)
KINDS = {"guide": "办事指南", "regulation": "法规规章", "plan": "规划方案", "notice": "通知公告"}
LONGEST = 100
PAGE = 40
BEFORE, EXCERPT, SHORTEST = 30, 120, 2
"""Characters of an excerpt before what was sought, in all, and of the shortest piece that is marked."""
WITHOUT_TEXT = "正文检索暂时不可用，现在只按标题查找。"
TOO_LONG = f"请把要找的内容缩短到{LONGEST}个字以内。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor looks for. ``category`` is a first level or a first and second one; ``unit`` who answers for it."""

    words: str = ""
    category: str = ""
    unit: str = ""
    page: int = 1

    @classmethod
    def of(cls, request: Request) -> Wish:
        given = {name: fold_line(request.query_params.get(name, "")) for name in ("q", "category", "unit", "page")}
        number = given["page"]
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
        return cls(given["q"], given["category"], given["unit"], max(1, page))

    def fits(self, document: Document) -> bool:
        category = document.category or ""
        return (not self.category or f"{category}/".startswith(f"{self.category}/")) and (
            not self.unit or self.unit in units_of(document)
        )

    def at(self, page: int) -> str:
        """The address of another page of the same wish."""
        given = {"q": self.words, "category": self.category, "unit": self.unit, "page": str(page) if page > 1 else ""}
        asked = urlencode({name: value for name, value in given.items() if value})
        return f"/policies?{asked}" if asked else "/policies"


def units_of(document: Document) -> list[str]:
    return [unit for unit in (document.owner_unit or "").split("、") if unit]


@router.get("/policies")
async def search(request: Request) -> Response:
    state, wish = state_of(request), Wish.of(request)
    if len(wish.words) > LONGEST:
        return shown(request, "policies.html", _empty(TOO_LONG), 422)
    known = await asyncio.to_thread(in_force, state.container, today())
    found, notice = await _found(state.container, wish, known)
    pages = max(1, -(-len(found) // PAGE))
    context = {
        "wish": wish,
        "found": found[(wish.page - 1) * PAGE : wish.page * PAGE],
        "total": len(found),
        "pages": pages,
        "groups": grouped(known) if not (wish.words or wish.category or wish.unit) else {},
        "categories": sorted({part for one in known if one.category for part in _levels(one.category)}),
        "units": sorted({unit for one in known for unit in units_of(one)}),
        "all": len(known),
        "notice": notice,
        "problem": "",
    }
    return shown(request, "policies.html", context | {"around": lambda text: around(bulleted(text), wish.words)})


def _empty(problem: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"found": (), "total": 0, "pages": 1, "groups": {}, "categories": (), "units": ()}
    return {"wish": Wish(), "all": 0, "notice": "", "problem": problem, "around": str, **nothing}


async def _found(container: ApiContainer, wish: Wish, known: Sequence[Document]) -> tuple[list[Found], str]:
    """Titles with the words, then documents whose text says it; without the index titles alone, and a notice."""
    titled = [one for one in known if wish.words in one.title and wish.fits(one)]
    try:
        inside = await found_in_text(container, wish.words, today(), without={one.id for one in titled})
    except (IndexUnavailable, TimeoutError):
        return [Found(one) for one in titled], WITHOUT_TEXT
    return [*(Found(one) for one in titled), *(found for found in inside if wish.fits(found.document))], ""


def in_force(container: ApiContainer, day: date) -> list[Document]:
    """What holds on ``day``, by title."""
    holding = (one for one in container.documents.all() if one.validity.covers(day))
    return sorted((one for one in holding if container.documents.passages_of(one.id)), key=lambda one: one.title)


def around(text: str, words: str) -> Markup:
    """The part of ``text`` that says ``words``, with every run of two or more of their characters marked."""
    runs = list(runs_of(text, words))
    start = max(0, runs[0][0] - BEFORE) if runs else 0
    end, at, parts = start + EXCERPT, start, ["…" if start else ""]
    for begin, stop in (run for run in runs if run[1] <= end):
        parts += [html.escape(text[at:begin]), f"<mark>{html.escape(text[begin:stop])}</mark>"]
        at = stop
    parts += [html.escape(text[at:end]), "…" if end < len(text) else ""]
    # Every part of the text is escaped above; nothing else enters the markup.
    return Markup("".join(parts))  # noqa: S704


def runs_of(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where ``text`` has the longest pieces of ``words``, two characters or more."""
    at = 0
    while at < len(text) - 1:
        length = 0
        while at + length < len(text) and text[at : at + length + 1] in words:
            length += 1
        if length >= SHORTEST:
            yield at, at + length
        at += max(1, length)


def _levels(category: str) -> tuple[str, ...]:
    first, _, _ = category.partition("/")
    return (first, category)


def grouped(documents: Sequence[Document]) -> dict[str, list[tuple[str, str, int]]]:
    """By first level: name, whole category and count of each second level; uncategorised ones stand under 其他."""
    counts = Counter(document.category or "" for document in documents)
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for category, count in sorted(counts.items()):
        first, _, second = category.partition("/")
        if first:
            groups.setdefault(first, []).append((second or "其他", category, count))
    return groups


@router.get("/policies/sitemap.txt")
async def sitemap(request: Request) -> Response:
    """One address a line, for the city's own search engine."""
    state = state_of(request)
    base = (state.sign_in.origin or str(request.base_url)).rstrip("/")
    documents = await asyncio.to_thread(in_force, state.container, today())
    lines = [f"{base}/policies", *(f"{base}/policies/{quote(one.id, safe='')}" for one in documents)]
    return kept(request, PlainTextResponse("\n".join(lines) + "\n"))


@router.get("/policies/{document_id}")
async def read(request: Request, document_id: str) -> Response:
    context = await asyncio.to_thread(_read, state_of(request).container, document_id, today())
    if context is None:
        return shown(request, "policies.html", _empty("没有这份文件，可能地址有误，或者文件还没有公开。"), 404)
    return shown(request, "policy.html", context)


def _read(container: ApiContainer, document_id: str, day: date) -> dict[str, Any] | None:
    document = container.documents.get(fold_line(document_id))
    clauses = container.passages.fetch(container.documents.passages_of(document.id)) if document else []
    if document is None or not clauses:
        return None
    versions = [one for one in versions_of(container, document) if container.documents.passages_of(one.id)]
    before = next((one for one in versions if one.id == document.predecessor_id), None)
    return {
        "document": document,
        "kind": KINDS.get(document.kind, "文件"),
        "state": state_on(document, day),
        "clauses": [(place_of(clause, document), clause) for clause in clauses],
        "versions": [(one, state_on(one, day)) for one in reversed(versions)],
        "successor": next((one for one in versions if one.id == document.successor_id), None),
        "changes": changes_between(container, before, clauses) if before else (),
        "basis": _basis(container, document, day),
        "day": day,
        "bulleted": bulleted,
    }


def state_on(document: Document, day: date) -> str:
    """``in_force``, ``repealed`` or ``coming`` on ``day``."""
    if document.validity.covers(day):
        return "in_force"
    ends = document.validity.repealed_on
    return "repealed" if ends is not None and ends <= day else "coming"


def place_of(clause: Passage, document: Document) -> str:
    """From wide to narrow; a number with which the text itself begins is not said twice."""
    parts = [part for part in clause.path if part != document.title]
    return " › ".join(parts[:-1] if parts and clause.text.startswith(parts[-1]) else parts)


def changes_between(container: ApiContainer, before: Document, clauses: Sequence[Passage]) -> list[ClauseChange]:
    older = container.passages.fetch(container.documents.passages_of(before.id))
    return [one for one in clause_changes(older, clauses) if one.change not in (Change.SAME, Change.MOVED)]


def _basis(container: ApiContainer, document: Document, day: date) -> list[tuple[str, str, str]]:
    """Each law with its articles, and the id of its document where the knowledge base has it in force."""
    articles: dict[str, list[str]] = {}
    for one in document.basis:
        articles.setdefault(one.law, []).append(one.article)
    known = {one.title: one.id for one in container.documents.all() if one.validity.covers(day)} if articles else {}
    return [(law, "、".join(named), known.get(law, "")) for law, named in articles.items()]


def shown(request: Request, template: str, context: dict[str, Any], status: int = 200) -> Response:
    state: ApiState = state_of(request)
    common = {
        "region": state.container.region,
        "statement": state.container.flow.statuses.service_statement,
        "serves_citizens": state.widget.enabled,
        "shows_page": state.shows_page,
        **size_of(request, request.query_params.get("size", "")),
    }
    if status != 200:
        common["other_size"] = ""  # an address that is none must not be told from another
    page = HTMLResponse(TEMPLATES.get_template(template).render(common | context), status_code=status)
    return kept(request, page) if status == 200 else page


def kept(request: Request, response: Response) -> Response:
    """Any cache may keep it, and asks each time whether it still holds: what was repealed is never shown as in force."""
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "public, no-cache"}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
