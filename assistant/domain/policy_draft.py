"""Drafts of policy documents 草稿: nothing of one reaches an answer before a person approves what they saw of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from retrieval.contracts import Document

PREFIX = "desk-"
"""Documents that were written or taken in at the knowledge desk have ids of their own."""


UNFINISHED = "【待填写"
"""Begins a place that a prefilled guide leaves to its author."""


class DraftState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class DraftRefused(Exception):  # noqa: N818 - an answer to an editor
    """``code`` is stable; ``detail`` says in Chinese what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody at the desk. ``id`` is the principal that rules compare, ``name`` what colleagues read."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what, when (ordinance Article 35). ``what``: made, edited, approved, rejected."""

    what: str
    who: str
    at: datetime
    reason: str = ""
    name: str = ""


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
        raise DraftRefused("draft_changed", "他人已修改这份草稿，请先看最新内容再决定。")
    if state is DraftState.REJECTED and not deed.reason.strip():
        raise DraftRefused("reason_needed", "退回要写明原因，作者会看到。")
    if state is DraftState.APPROVED:
        _check_approval(draft, deed.who, second_person)
    return replace(draft, state=state, deeds=(*draft.deeds, deed))


def _check_approval(draft: Draft, who: str, second_person: bool) -> None:
    if UNFINISHED in draft.text:
        raise DraftRefused("draft_unfinished", "正文中还有“【待填写…】”，请填好或者删去后再通过。")
    if second_person and who in draft.authors:
        raise DraftRefused("second_person_needed", "按本单位规定，须由另一位知识库编辑审核通过。")


def edited(draft: Draft, document: Document, text: str, supersedes: str | None, deed: Deed, revision: int) -> Draft:
    """The next revision; what was sent back waits for a decision again. Raises ``DraftRefused``."""
    if draft.state is DraftState.APPROVED:
        raise DraftRefused("draft_decided", "这份草稿已经通过并发布，要改请添加新版本。")
    if draft.revision != revision:
        raise DraftRefused("draft_changed", "他人已修改这份草稿，请先看最新内容；您写的还在。")
    return replace(
        draft,
        document=document,
        text=text,
        supersedes=supersedes,
        deeds=(*draft.deeds, deed),
        state=DraftState.DRAFT,
        revision=revision + 1,
    )


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
class Alike:
    """A document or waiting draft that says nearly the same; ``share`` in [0, 1] of the shorter one's words."""

    id: str
    title: str
    share: float
    in_force: bool
    is_draft: bool = False
