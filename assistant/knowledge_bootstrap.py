"""The composition root's part for the knowledge desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.adapters.draft_files import DraftFiles
from assistant.adapters.library_shelf import Library, LibraryShelf
from assistant.adapters.screening_files import load_screener
from assistant.domain.pii import TokenNumbering, redact
from assistant.knowledge_desk import KnowledgeDesk
from assistant.settings import Settings
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ports import PassageIndex

APPROVED = "approved_documents"
"""Folder of ``data_dir``: what was approved at the desk, as Markdown."""


def knowledge_desk(
    settings: Settings, registry: SqliteRegistry, index: PassageIndex, open_library: Callable[[], Library]
) -> KnowledgeDesk:
    """``index`` is read, ``open_library`` opens what is written to."""
    folder: Path = settings.data_dir
    return KnowledgeDesk(
        DraftFiles(folder / "drafts"),
        LibraryShelf(approved_folder(settings), registry, index, open_library),
        hidden_instructions(),
        lambda text: len(redact(text, TokenNumbering(), by_citizen=False)[1]),
        second_person=settings.knowledge.second_person,
    )


def approved_folder(settings: Settings) -> Path:
    return settings.data_dir / APPROVED


def hidden_instructions() -> Callable[[str], str | None]:
    """Remarks on a text that gives the assistant instructions: it is kept, as evidence it is never obeyed."""
    screener = load_screener()

    def remark(text: str) -> str | None:
        flags = screener.screen_content(text).flags
        return f"含有疑似操纵助手的文字：{'、'.join(flags)}" if flags else None

    return remark
