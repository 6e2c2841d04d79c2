"""The ports of the knowledge desk. All calls block."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from pathlib import PurePath
from typing import Protocol

from assistant.domain.policy_draft import Draft
from retrieval.contracts import Document, Passage


class KnowledgeUnavailable(Exception):  # noqa: N818
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

    def read(self, name: PurePath, content: bytes) -> tuple[Document, str, tuple[str, ...]]:
        """Facts, text and warnings of a file that somebody brought. Raises ``DraftRefused`` for what cannot be read."""
        ...

    def cut(self, draft: Draft) -> tuple[Passage, ...]:
        """The clauses as they would be cited."""
        ...

    def publish(self, draft: Draft) -> None:
        """From now on it is cited. Raises ``KnowledgeUnavailable``."""
        ...

    def retire(self, document_id: str, repealed_on: date) -> bool:
        """From that day on it is cited no more; ``False`` for an unknown one. Raises ``KnowledgeUnavailable``."""
        ...
