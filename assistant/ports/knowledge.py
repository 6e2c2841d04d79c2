"""The ports of the knowledge desk. All calls block."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import PurePath
from typing import Protocol

from assistant.domain.policy_draft import Alike, Draft
from retrieval.contracts import Document, Passage


class KnowledgeUnavailable(Exception):  # noqa: N818 - a state of the world
    """Nothing was saved: somebody else is writing, or a disk or index is away. The message (Chinese) says what to do."""


class DraftStore(Protocol):
    """Every method raises ``KnowledgeUnavailable``."""

    def all(self) -> list[Draft]:
        """Newest first."""
        ...

    def get(self, draft_id: str) -> Draft | None: ...
    def put(self, draft: Draft) -> None: ...

    def alone(self) -> AbstractContextManager[None]:
        """Holds other writers, in any process, off while a draft is read, changed and put."""
        ...


class PolicyShelf(Protocol):
    """The documents that answers cite."""

    def known(self) -> list[Document]: ...
    def get(self, document_id: str) -> Document | None: ...

    def read(self, name: PurePath, content: bytes) -> tuple[Document, str, tuple[str, ...]]:
        """Facts, text and warnings of a file that somebody brought. Raises ``DraftRefused`` for what cannot be read."""
        ...

    def cut(self, draft: Draft) -> tuple[Passage, ...]:
        """The clauses as they would be cited."""
        ...

    def text_of(self, document_id: str) -> str:
        """The parsed text of a known document."""
        ...

    def clauses_of(self, document_id: str) -> tuple[Passage, ...]:
        """The clauses of a known document, in order."""
        ...

    def alike(self, text: str, clauses: Sequence[Passage], waiting: Sequence[Draft]) -> list[Alike]:
        """Documents and ``waiting`` drafts that say nearly the same, likest first. Raises ``KnowledgeUnavailable``."""
        ...

    def publish(self, draft: Draft) -> None:
        """From now on it is cited. Raises ``KnowledgeUnavailable``."""
        ...

    def retire(self, document_id: str, repealed_on: date, reason: str, successor_id: str | None) -> bool:
        """From that day on it is cited no more; ``False`` for an unknown one. Raises ``KnowledgeUnavailable``."""
        ...

    def why_retired(self, document_id: str) -> str:
        """The reason that an editor gave; empty for a document that ended by itself or not at all."""
        ...
