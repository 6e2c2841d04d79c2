"""Markdown with YAML front matter, the form of the city pack's documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

import yaml

from retrieval.contracts import Document, LegalBasis, Validity
from retrieval.ingestion.dates import read_date
from retrieval.ingestion.describe import canonical_region, structured, title_from
from retrieval.ingestion.normalise import fold_line
from retrieval.ingestion.parsed import ParsedDocument, RejectReason, SourceRejected

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL)
_LONGEST_FRONT_MATTER = 32_768
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
_KINDS = frozenset({"guide", "regulation", "plan", "notice"})
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors and aliases: a few lines of them can expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


def has_front_matter(raw: str) -> bool:
    return raw.lstrip("\ufeff").startswith("---")


def parse_markdown(raw: str) -> ParsedDocument:
    """A document of the city pack from its Markdown text.

    Raises:
        SourceRejected: the front matter is not closed, or not a mapping of the documented keys.
    """
    match = _FRONT_MATTER.match(raw.replace("\r\n", "\n").lstrip("\ufeff"))
    if match is None:
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "文件头没有以单独一行 --- 结束。")
    body, facts = structured(_plain_markup(match[2])), _load(match[1])
    return ParsedDocument(
        _document(facts, title_from(body)),
        body,
        supersedes=_string(facts, "supersedes"),
        superseded_by=_string(facts, "superseded_by"),
    )


def _plain_markup(text: str) -> str:
    """Drops comments, emphasis marks and link targets: a quotation shows words, and links are only ours to make."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _COMMENT.sub("", text)))


def _load(front_matter: str) -> Mapping[str, object]:
    if len(front_matter) > _LONGEST_FRONT_MATTER:
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "文件头太长。")
    try:
        facts = yaml.load(front_matter, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader without aliases
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 2} 行有语法错误。" if mark is not None else ""
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, where) from error
    if not isinstance(facts, dict):
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "文件头应为“名称: 值”的形式。")
    return facts


def _document(facts: Mapping[str, object], body_title: str) -> Document:
    document_id, kind = _string(facts, "id"), _string(facts, "kind") or "guide"
    if document_id is None or not _ID.fullmatch(document_id):
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "id 只能用小写字母、数字和连字符。")
    if kind not in _KINDS:
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "kind 应为 guide、regulation、plan、notice 之一。")
    return Document(
        id=document_id,
        title=fold_line(_string(facts, "title") or body_title),
        kind=kind,
        level=_string(facts, "level"),
        region=canonical_region(_string(facts, "region")),
        issuer=_string(facts, "issuer"),
        document_number=_string(facts, "document_number"),
        category=_string(facts, "category"),
        validity=Validity(_day(facts, "effective_from"), _day(facts, "repealed_on")),
        owner_unit=_string(facts, "owner_unit"),
        review_date=_day(facts, "review_date"),
        verified=facts.get("verified") is True,
        basis=_basis(facts),
        keywords=_strings(facts, "keywords"),
        asked_as=_asked_as(facts.get("asked_as")),
    )


def _string(facts: Mapping[str, object], key: str) -> str | None:
    value = facts.get(key)
    if value is None or isinstance(value, str | int):
        return str(value) if value is not None and str(value) else None
    raise SourceRejected(RejectReason.BAD_FRONT_MATTER, f"{key} 应为一段文字。")


def _strings(facts: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = facts.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, f"{key} 应为列表。")
    return tuple(fold_line(str(item)) for item in value)


def _asked_as(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(isinstance(words, list) for words in value.values()):
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "asked_as 应为“小标题: [说法, 说法]”的形式。")
    return tuple(
        (fold_line(str(heading)), tuple(fold_line(str(one)) for one in words)) for heading, words in value.items()
    )


def _day(facts: Mapping[str, object], key: str) -> date | None:
    value = facts.get(key)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    day = read_date(str(value))
    if day is None:
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, f"{key} 应为 2024-03-29 这样的日期。")
    return day


def _basis(facts: Mapping[str, object]) -> tuple[LegalBasis, ...]:
    entries = facts.get("basis") or []
    named = isinstance(entries, list) and all(
        isinstance(e, dict) and e.get("law") and e.get("article") for e in entries
    )
    if not named or not isinstance(entries, list):
        raise SourceRejected(RejectReason.BAD_FRONT_MATTER, "basis 的每一项都应写明 law 和 article。")
    return tuple(LegalBasis(str(entry["law"]), str(entry["article"])) for entry in entries)
