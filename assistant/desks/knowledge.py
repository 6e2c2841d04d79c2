"""The knowledge desk 知识库: a document comes in as a draft, is looked at, and is cited only after somebody approved it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath

from assistant.domain.clause_changes import Change, ClauseChange, clause_changes
from assistant.domain.policy_draft import (
    PREFIX,
    UNFINISHED,
    Alike,
    Deed,
    Draft,
    DraftRefused,
    DraftState,
    Editor,
    decided,
    edited,
    gaps_in,
)
from assistant.ports.knowledge import DraftStore, PolicyShelf
from retrieval.contracts import Document, Passage, Validity
from retrieval.ingestion.normalise import fold_line, fold_text

LONGEST_LIST = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor gives with a draft; ``None`` keeps what the file or the draft says."""

    title: str | None = None
    kind: str | None = None
    category: str | None = None
    level: str | None = None
    region: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    owner_unit: str | None = None
    effective_from: date | None = None
    review_date: date | None = None
    verified: bool | None = None
    keywords: tuple[str, ...] | None = None
    """The words that citizens use."""

    def applied(self, document: Document) -> Document:
        names = (name for name in self.__slots__ if name != "effective_from")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        starts = self.effective_from or document.validity.effective_from
        return replace(document, **given, validity=Validity(starts, document.validity.repealed_on))


@dataclass(frozen=True, slots=True)
class Source:
    """What a draft is made of: a file's name and bytes, or ``text``."""

    text: str = ""
    name: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft with its clauses as they would be cited, and what to look at before approving.

    ``changes``: against the document it replaces; ``edits``: against the revision that is saved, while it is being edited.
    """

    draft: Draft
    clauses: tuple[Passage, ...]
    warnings: tuple[str, ...]
    alike: tuple[Alike, ...] = ()
    changes: tuple[ClauseChange, ...] = ()
    edits: tuple[ClauseChange, ...] = ()


@dataclass(frozen=True)
class KnowledgeDesk:
    """``inspect`` remarks on instructions hidden in a text; ``private`` counts personal data in it. Blocking."""

    drafts: DraftStore
    shelf: PolicyShelf
    inspect: Callable[[str], str | None]
    private: Callable[[str], int]
    second_person: bool = False

    def propose(self, source: Source, wanted: Wanted, supersedes: str | None = None) -> Preview:
        """What a draft would look like; nothing is saved. Raises ``DraftRefused`` for what cannot be read."""
        return self._preview(self._read(source, wanted, Editor(""), supersedes))

    def add(self, source: Source, wanted: Wanted, who: Editor, supersedes: str | None = None) -> Preview:
        """Raises ``DraftRefused`` for what cannot be read."""
        preview = self._preview(self._read(source, wanted, who, supersedes))
        self.drafts.put(preview.draft)
        return preview

    def _read(self, source: Source, wanted: Wanted, who: Editor, supersedes: str | None) -> Draft:
        if source.name:
            document, text, warnings = self.shelf.read(PurePath(source.name), source.content)
        else:
            document, text, warnings = Document("", "", "guide"), fold_text(source.text), ()
        replaced = self._replaced(supersedes)
        # What citizens call the matter stays when its text is renewed.
        known = replace(document, keywords=document.keywords or (replaced.keywords if replaced else ()))
        own = replace(wanted.applied(known), id=PREFIX + secrets.token_hex(6))
        return Draft(own, text, supersedes, (_deed("made", who),), warnings=warnings)

    def _replaced(self, document_id: str | None) -> Document | None:
        found = self.shelf.get(document_id) if document_id is not None else None
        if document_id is not None and found is None:
            raise DraftRefused("document_unknown", "要替代的文件不存在，请从文件列表中选择。")
        return found

    def look(self, draft_id: str) -> Preview:
        return self._preview(self._found(draft_id))

    def try_edit(self, draft_id: str, text: str, wanted: Wanted, supersedes: str | None, revision: int) -> Preview:
        """What an edit would look like; nothing is saved. Raises ``DraftRefused``."""
        old = self._found(draft_id)
        preview = self._preview(self._edited(old, text, wanted, Editor(""), supersedes, revision))
        return replace(preview, edits=_differences(self.shelf.cut(old), preview.clauses))

    def edit(
        self, draft_id: str, text: str, wanted: Wanted, who: Editor, supersedes: str | None, revision: int
    ) -> Preview:
        """Raises ``DraftRefused`` where it was published or edited meanwhile."""
        with self.drafts.alone():
            preview = self._preview(self._edited(self._found(draft_id), text, wanted, who, supersedes, revision))
            self.drafts.put(preview.draft)
        return preview

    def _edited(
        self, old: Draft, text: str, wanted: Wanted, who: Editor, supersedes: str | None, revision: int
    ) -> Draft:
        self._replaced(supersedes)
        return edited(old, wanted.applied(old.document), fold_text(text), supersedes, _deed("edited", who), revision)

    def approve(self, draft_id: str, who: Editor, revision: int) -> Draft:
        """Cited from now on. Raises ``DraftRefused`` and ``KnowledgeUnavailable``: then nothing changed."""
        with self.drafts.alone():
            deed, found = _deed("approved", who), self._found(draft_id)
            draft = decided(found, DraftState.APPROVED, deed, revision, second_person=self.second_person)
            self._preview(draft)
            self.shelf.publish(draft)
            self.drafts.put(draft)
        return draft

    def reject(self, draft_id: str, who: Editor, revision: int, reason: str) -> Draft:
        """Back to its author, who reads the reason. Raises ``DraftRefused``."""
        with self.drafts.alone():
            deed, found = _deed("rejected", who, reason), self._found(draft_id)
            draft = decided(found, DraftState.REJECTED, deed, revision, second_person=False)
            self.drafts.put(draft)
        return draft

    def retire(self, document_id: str, repealed_on: date, reason: str, successor_id: str | None = None) -> None:
        """Raises ``DraftRefused`` for an unknown document or successor, ``KnowledgeUnavailable``."""
        successor = self.shelf.get(successor_id) if successor_id else None
        if successor_id is not None and (successor is None or successor_id == document_id):
            raise DraftRefused("successor_unknown", "接替的文件不存在或者就是它自己，请从文件列表中选择。")
        if successor is not None and not successor.validity.covers(repealed_on):
            raise DraftRefused("successor_not_in_force", "接替的文件在那一天不是现行有效，请换一份或者改日期。")
        if not self.shelf.retire(document_id, repealed_on, reason, successor_id):
            raise DraftRefused("document_not_found", "没有这个文件。")

    def _found(self, draft_id: str) -> Draft:
        draft = self.drafts.get(draft_id)
        if draft is None:
            raise DraftRefused("draft_not_found", "没有这份草稿。")
        return draft

    def _preview(self, draft: Draft) -> Preview:
        clauses = self.shelf.cut(draft)
        if not clauses or not draft.document.title.strip():
            raise DraftRefused("draft_empty", "没有标题或者正文，请补全后再提交。")
        alike = self._alike(draft, clauses)
        warnings = (*draft.warnings, *self._risks(draft), *gaps_in(draft.document))
        replaced = self.shelf.clauses_of(draft.supersedes) if draft.supersedes else ()
        return Preview(draft, clauses, warnings, alike, _differences(replaced, clauses) if replaced else ())

    def _alike(self, draft: Draft, clauses: Sequence[Passage]) -> tuple[Alike, ...]:
        """Documents and waiting drafts that say nearly the same; what it replaces and itself are no duplicates."""
        waiting = [other for other in self.drafts.all() if other.state is DraftState.DRAFT]
        found = self.shelf.alike(draft.text, clauses, waiting)
        return tuple(one for one in found if one.id not in (draft.id, draft.supersedes))[:LONGEST_LIST]

    def _risks(self, draft: Draft) -> list[str]:
        remark, private = self.inspect(f"{draft.document.title}\n{draft.text}"), self.private(draft.text)
        twins, open_places = _twins(draft, self.shelf.known()), draft.text.count(UNFINISHED)
        return [
            *([f"正文中还有{open_places}处“{UNFINISHED}…】”，填好才能通过。"] if open_places else []),
            *([f"{remark}。通过前请逐句核对来源。"] if remark else []),
            *([f"正文中有{private}处疑似个人信息，请删去后再发布。"] if private else []),
            *(
                f"已有同名文件《{twin.title}》（{twin.id}）：若是新版本，请选择“替代”它。"
                for twin in twins[:LONGEST_LIST]
            ),
        ]


def _deed(what: str, who: Editor, reason: str = "") -> Deed:
    return Deed(what, who.id, datetime.now(UTC), reason.strip(), who.name)


def _differences(older: Sequence[Passage], newer: Sequence[Passage]) -> tuple[ClauseChange, ...]:
    return tuple(change for change in clause_changes(older, newer) if change.change is not Change.SAME)


def _twins(draft: Draft, known: Sequence[Document]) -> list[Document]:
    """Documents of the same title that this one is not said to replace."""
    title = fold_line(draft.document.title)
    return [one for one in known if one.title == title and one.id not in (draft.id, draft.supersedes)]
