"""The knowledge desk 知识库: a document comes in as a draft, is looked at, and is cited only after somebody approved it."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath

from assistant.domain.policy_draft import PREFIX, Deed, Draft, DraftRefused, DraftState, decided, gaps_in
from assistant.knowledge_ports import DraftStore, PolicyShelf
from retrieval.contracts import Document, Passage, Validity

LONGEST_LIST = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor gives with a draft; ``None`` keeps what the file says."""

    title: str | None = None
    kind: str | None = None
    level: str | None = None
    region: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    owner_unit: str | None = None
    effective_from: date | None = None
    review_date: date | None = None
    verified: bool | None = None

    def applied(self, document: Document) -> Document:
        names = (
            "title",
            "kind",
            "level",
            "region",
            "issuer",
            "document_number",
            "owner_unit",
            "review_date",
            "verified",
        )
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        starts = self.effective_from or document.validity.effective_from
        return replace(document, **given, validity=Validity(starts, document.validity.repealed_on))


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft with its clauses as they would be cited, and what to look at before approving."""

    draft: Draft
    clauses: tuple[Passage, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class KnowledgeDesk:
    """``inspect`` remarks on instructions hidden in a text; ``private`` counts personal data in it. Blocking."""

    drafts: DraftStore
    shelf: PolicyShelf
    inspect: Callable[[str], str | None]
    private: Callable[[str], int]
    second_person: bool = False

    def add_file(self, name: str, content: bytes, wanted: Wanted, who: str, supersedes: str | None = None) -> Preview:
        """Raises ``DraftRefused`` for a file that cannot be read."""
        document, text, warnings = self.shelf.read(PurePath(name), content)
        return self._made(document, text, wanted, who, supersedes, warnings)

    def add_text(self, text: str, wanted: Wanted, who: str, supersedes: str | None = None) -> Preview:
        document = Document("", wanted.title or "", "guide")
        return self._made(document, unicodedata.normalize("NFKC", text), wanted, who, supersedes, ())

    def _made(
        self, document: Document, text: str, wanted: Wanted, who: str, supersedes: str | None, warnings: tuple[str, ...]
    ) -> Preview:
        if supersedes is not None and all(supersedes != known.id for known in self.shelf.known()):
            raise DraftRefused("document_unknown", "要替代的文件不存在，请从文件列表中选择。")
        own = replace(wanted.applied(document), id=PREFIX + secrets.token_hex(6))
        draft = Draft(own, text, supersedes, (Deed("made", who, datetime.now(UTC)),), warnings=warnings)
        preview = self._preview(draft)
        self.drafts.put(draft)
        return preview

    def look(self, draft_id: str) -> Preview:
        return self._preview(self._found(draft_id))

    def edit(self, draft_id: str, text: str, wanted: Wanted, who: str, revision: int) -> Preview:
        """Raises ``DraftRefused`` where it was decided or edited meanwhile."""
        with self.drafts.alone():
            old = self._found(draft_id)
            if old.state is not DraftState.DRAFT or old.revision != revision:
                raise DraftRefused("draft_changed", "草稿已被他人修改或者处理，请重新查看。")
            deeds = (*old.deeds, Deed("edited", who, datetime.now(UTC)))
            document = wanted.applied(old.document)
            draft = replace(old, document=document, text=text, deeds=deeds, revision=revision + 1)
            preview = self._preview(draft)
            self.drafts.put(draft)
        return preview

    def approve(self, draft_id: str, who: str, revision: int) -> Draft:
        """Cited from now on. Raises ``DraftRefused`` and ``KnowledgeUnavailable``: then nothing changed."""
        with self.drafts.alone():
            deed = Deed("approved", who, datetime.now(UTC))
            draft = decided(
                self._found(draft_id), DraftState.APPROVED, deed, revision, second_person=self.second_person
            )
            self._preview(draft)
            self.shelf.publish(draft)
            self.drafts.put(draft)
        return draft

    def reject(self, draft_id: str, who: str, revision: int, reason: str) -> Draft:
        with self.drafts.alone():
            deed = Deed("rejected", who, datetime.now(UTC), reason)
            draft = decided(self._found(draft_id), DraftState.REJECTED, deed, revision, second_person=False)
            self.drafts.put(draft)
        return draft

    def retire(self, document_id: str, repealed_on: date) -> None:
        """Raises ``DraftRefused`` for an unknown document, ``KnowledgeUnavailable``."""
        if not self.shelf.retire(document_id, repealed_on):
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
        return Preview(draft, clauses, (*draft.warnings, *self._risks(draft), *gaps_in(draft.document)))

    def _risks(self, draft: Draft) -> list[str]:
        remark, private = self.inspect(f"{draft.document.title}\n{draft.text}"), self.private(draft.text)
        twins = _twins(draft, self.shelf.known())
        return [
            *([f"{remark}。通过前请逐句核对来源。"] if remark else []),
            *([f"正文中有{private}处疑似个人信息，请删去后再发布。"] if private else []),
            *(
                f"已有同名文件《{twin.title}》（{twin.id}）：若是新版本，请选择“替代”它。"
                for twin in twins[:LONGEST_LIST]
            ),
        ]


def _twins(draft: Draft, known: Sequence[Document]) -> list[Document]:
    """Documents of the same title that this one is not said to replace."""
    title = unicodedata.normalize("NFKC", draft.document.title).strip()
    return [one for one in known if one.title == title and one.id not in (draft.id, draft.supersedes)]
