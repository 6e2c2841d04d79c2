"""Drafts of policy documents 草稿: nothing of one reaches an answer before a person approves what they saw of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from retrieval.contracts import Document, Passage

PREFIX = "desk-"
"""Documents that were written or taken in at the knowledge desk have ids of their own."""


class DraftState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class DraftRefused(Exception):  # noqa: N818 - an answer to an editor
    """``code`` is stable; ``detail`` says in Chinese what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what, when (ordinance Article 35). ``what``: made, edited, approved, rejected."""

    what: str
    who: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """``revision`` counts edits: whoever approves names the one they saw. ``warnings`` come from reading the upload."""

    document: Document
    text: str
    supersedes: str | None
    deeds: tuple[Deed, ...]
    state: DraftState = DraftState.DRAFT
    revision: int = 1
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def authors(self) -> frozenset[str]:
        return frozenset(deed.who for deed in self.deeds if deed.what in ("made", "edited"))


def decided(draft: Draft, state: DraftState, deed: Deed, revision: int, *, second_person: bool) -> Draft:
    """The draft approved or rejected. Raises ``DraftRefused``."""
    if draft.state is not DraftState.DRAFT:
        raise DraftRefused("draft_decided", "这份草稿已经处理过，请刷新查看。")
    if draft.revision != revision:
        raise DraftRefused("draft_changed", "草稿已被他人修改，请重新查看后再决定。")
    if state is DraftState.APPROVED and second_person and deed.who in draft.authors:
        raise DraftRefused("second_person_needed", "按本单位规定，须由另一位知识库编辑审核通过。")
    return replace(draft, state=state, deeds=(*draft.deeds, deed))


def gaps_in(document: Document) -> tuple[str, ...]:
    """What a reader or the next editor will miss (Article 31: kept current by its owner)."""
    missing = (
        (document.validity.effective_from is None, "没有施行日期：将被当作一直有效。"),
        (document.owner_unit is None, "没有责任单位：到期后没有人复核。"),
        (document.review_date is None, "没有复核日期：不会提醒复核。"),
        (document.issuer is None, "没有发布机关：答复里看不出是谁的规定。"),
        (document.region is None, "没有适用地区：将被当作全国规定。"),
        (not document.verified, "尚未与原文核对：答复中会注明“未核实”。"),
    )
    return tuple(words for is_missing, words in missing if is_missing)


@dataclass(frozen=True, slots=True)
class ClauseChange:
    change: Change
    clause: str
    before: str = ""
    after: str = ""


def clause_changes(older: Sequence[Passage], newer: Sequence[Passage]) -> tuple[ClauseChange, ...]:
    """Two versions clause by clause, in the order of the newer one; equal places are the same clause."""
    before, after = _by_place(older), _by_place(newer)
    found: list[ClauseChange] = []
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for _, first, last, begin, end in matcher.get_opcodes():
        places = list(before)[first:last], list(after)[begin:end]
        found += [ClauseChange(Change.REMOVED, place, before[place]) for place in places[0] if place not in after]
        found += [_compared(place, before.get(place), after[place]) for place in places[1]]
    return tuple(found)


def _by_place(passages: Sequence[Passage]) -> dict[str, str]:
    found: dict[str, str] = {}
    for passage in passages:
        place = " ".join(passage.path) or "全文"
        found[place] = f"{found[place]}\n{passage.text}" if place in found else passage.text
    return found


def _compared(place: str, before: str | None, after: str) -> ClauseChange:
    if before is None:
        return ClauseChange(Change.ADDED, place, "", after)
    return ClauseChange(Change.SAME if before == after else Change.CHANGED, place, before, after)
