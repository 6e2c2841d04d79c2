"""The documents that answers cite, as the knowledge desk changes them: the same reading and ingestion as ``hotline corpus``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import Protocol

from assistant.adapters.draft_files import write_whole
from assistant.domain.policy_draft import Draft, DraftRefused
from assistant.knowledge_ports import KnowledgeUnavailable
from retrieval.contracts import Document, Passage
from retrieval.ingestion.describe import canonical_region
from retrieval.ingestion.formats.front_matter import as_markdown
from retrieval.ingestion.formats.markdown import parse_markdown
from retrieval.ingestion.ingest import add_paths, retire_document
from retrieval.ingestion.parse import read_source
from retrieval.ingestion.parsed import ADVICE, ParsedDocument, Rejection, RejectReason, SourceRejected
from retrieval.ingestion.registry import IngestionBusy, SqliteRegistry
from retrieval.ingestion.split import split_document
from retrieval.ports import IndexUnavailable, PassageIndex

SUFFIXES = frozenset({".md", ".txt", ".html", ".htm", ".pdf", ".docx"})
KINDS = frozenset({"guide", "regulation", "plan", "notice"})


class Library(Protocol):
    @property
    def index(self) -> PassageIndex: ...
    @property
    def registry(self) -> SqliteRegistry: ...
    def close(self) -> None: ...


class LibraryShelf:
    """Approved drafts are kept below ``folder`` as Markdown, so that ``hotline corpus add`` can rebuild the index."""

    def __init__(self, folder: Path, registry: SqliteRegistry, open_library: Callable[[], Library]) -> None:
        self._folder, self._registry, self._open = folder, registry, open_library

    def known(self) -> list[Document]:
        return self._registry.all()

    def read(self, name: PurePath, content: bytes) -> tuple[Document, str, tuple[str, ...]]:
        suffix = name.suffix.lower()
        if suffix not in SUFFIXES:
            raise DraftRefused(RejectReason.UNSUPPORTED_TYPE.value, ADVICE[RejectReason.UNSUPPORTED_TYPE])
        with tempfile.TemporaryDirectory(prefix="policy-") as folder:
            path = Path(folder) / f"upload{suffix}"
            path.write_bytes(content)
            found = next(read_source(path), None)
        if found is None or isinstance(found, Rejection):
            raise DraftRefused(*_said(found))
        title = name.stem if found.document.title == "upload" else found.document.title
        return replace(found.document, title=title), found.text, found.warnings

    def cut(self, draft: Draft) -> tuple[Passage, ...]:
        try:
            return split_document(parse_markdown(_markdown(draft)))
        except SourceRejected as rejected:
            raise DraftRefused(rejected.reason.value, rejected.rejection("").message) from None

    def publish(self, draft: Draft) -> None:
        path = self._folder / f"{draft.id}.md"
        with self._writing() as library:
            write_whole(path, _markdown(draft))
            report = add_paths([path], library.index, library.registry)
            if report.rejected:
                path.unlink()
                raise KnowledgeUnavailable(report.rejected[0].message)

    def retire(self, document_id: str, repealed_on: date) -> bool:
        with self._writing() as library:
            return retire_document(document_id, repealed_on, library.index, library.registry)

    @contextmanager
    def _writing(self) -> Iterator[Library]:
        """What was written is published, to every reading process, when the library closes."""
        try:
            library = self._open()
            try:
                yield library
            finally:
                library.close()
        except (IndexUnavailable, IngestionBusy) as error:
            raise KnowledgeUnavailable("另一个导入正在进行或者索引不可用，没有改动，请稍后重试。") from error
        except OSError as error:
            raise KnowledgeUnavailable("磁盘不可写，没有改动，请联系管理员。") from error


def _said(found: Rejection | None) -> tuple[str, str]:
    if found is None:
        return RejectReason.EMPTY.value, ADVICE[RejectReason.EMPTY]
    return found.reason.value, found.message


def _markdown(draft: Draft) -> str:
    document = draft.document
    kind = document.kind if document.kind in KINDS else "notice"
    own = replace(document, kind=kind, region=canonical_region(document.region))
    return as_markdown(ParsedDocument(own, draft.text, supersedes=draft.supersedes))
