"""The composition root's part for the knowledge desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.adapters.draft_files import DraftFiles
from assistant.adapters.library_shelf import Library, LibraryShelf
from assistant.adapters.screening_files import load_screener
from assistant.desks.knowledge import KnowledgeDesk
from assistant.domain.pii import TokenNumbering, redact
from assistant.domain.statements import sentences
from assistant.settings import Settings
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ports import PassageIndex

APPROVED = "approved_documents"
"""Folder of ``data_dir``: what was approved at the desk, as Markdown."""
MOST_QUOTES, LONGEST_QUOTE = 3, 40
"""Sentences that an editor is shown, and characters of each."""


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
        if not screener.screen_content(text).flags:
            return None
        said = [one for one in sentences(text) if screener.screen_content(one).flags][:MOST_QUOTES]
        # The remark goes into reports and logs too.
        masked = [redact(one, TokenNumbering(), by_citizen=False)[0] for one in said]
        quoted = "；".join(f"“{one[:LONGEST_QUOTE]}”" for one in masked)
        return f"含有疑似操纵助手的文字{'：' if quoted else ''}{quoted}"

    return remark
