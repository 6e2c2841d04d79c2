"""The documents that answers cite, as the knowledge desk changes them: the same reading and ingestion as ``hotline corpus``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Protocol

from assistant.adapters.draft_files import write_whole
from assistant.domain.policy_draft import Alike, Draft, DraftRefused
from assistant.domain.time_limits import BEIJING
from assistant.ports.knowledge import KnowledgeUnavailable
from retrieval.contracts import Document, Passage, SearchQuery
from retrieval.ingestion.describe import canonical_region
from retrieval.ingestion.formats.front_matter import as_markdown
from retrieval.ingestion.formats.markdown import parse_markdown
from retrieval.ingestion.ingest import add_paths, retire_document
from retrieval.ingestion.parse import read_source
from retrieval.ingestion.parsed import ADVICE, ParsedDocument, Rejection, RejectReason, SourceRejected
from retrieval.ingestion.registry import IngestionBusy, Retirement, SqliteRegistry
from retrieval.ingestion.split import split_document
from retrieval.ports import IndexUnavailable, PassageIndex
from retrieval.recall_tokens import sparse_query

SUFFIXES = frozenset({".md", ".txt", ".html", ".htm", ".pdf", ".docx"})
KINDS = frozenset({"guide", "regulation", "plan", "notice"})
ASKED_CLAUSES = 12
"""The longest clauses of a draft, for which the index is asked what is like them."""
NEAREST = 10
PAST = 200
"""Documents out of force that are compared too, the last ended first: the index finds only what holds today."""


class Library(Protocol):
    @property
    def index(self) -> PassageIndex: ...
    @property
    def registry(self) -> SqliteRegistry: ...
    def close(self) -> None: ...


class LibraryShelf:
    """Approved drafts are kept below ``folder`` as Markdown, so that ``hotline corpus add`` can rebuild the index."""

    def __init__(
        self, folder: Path, registry: SqliteRegistry, index: PassageIndex, open_library: Callable[[], Library]
    ) -> None:
        """``index`` is read, ``open_library`` gives what is written."""
        self._folder, self._registry, self._index, self._open = folder, registry, index, open_library

    def known(self) -> list[Document]:
        return self._registry.all()

    def get(self, document_id: str) -> Document | None:
        return self._registry.get(document_id)

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

    def text_of(self, document_id: str) -> str:
        return self._registry.text_of(document_id) or ""

    def clauses_of(self, document_id: str) -> tuple[Passage, ...]:
        known = self._registry.get(document_id) is not None
        return split_document(self._registry.load(document_id)) if known else ()

    def alike(self, text: str, clauses: Sequence[Passage], waiting: Sequence[Draft]) -> list[Alike]:
        from assistant.similarity.near_copies import near_copies  # numpy: only for those who write documents

        day, drafts = datetime.now(BEIJING).date(), {draft.id: draft for draft in waiting}
        documents = {one.id: one for one in self._nearest(clauses, day)}
        texts = [(name, self._registry.text_of(name) or "") for name in documents]
        found = near_copies(text, [*texts, *((name, draft.text) for name, draft in drafts.items())])
        return [
            Alike(one.document_id, drafts[one.document_id].document.title, one.share, False, is_draft=True)
            if one.document_id in drafts
            else _alike(documents[one.document_id], one.share, day)
            for one in found
        ]

    def _nearest(self, clauses: Sequence[Passage], day: date) -> Iterator[Document]:
        """Documents in force with a clause like one of these, and those that ended last."""
        longest = sorted(clauses, key=lambda clause: -len(clause.text))[:ASKED_CLAUSES]
        ids = {passage.document_id for clause in longest for passage in self._like(clause.text, day)}
        past = [one for one in self._registry.all() if one.id in ids or not one.validity.covers(day)]
        yield from (one for one in past if one.id in ids)
        ended = sorted((one for one in past if one.id not in ids), key=lambda one: str(one.validity.repealed_on))
        yield from ended[-PAST:]

    def _like(self, text: str, day: date) -> Iterable[Passage]:
        try:
            reader = self._index.snapshot()
            hits = reader.recall(sparse_query(text), None, SearchQuery(text, day), NEAREST)
            return reader.fetch([hit.passage_id for hit in hits])
        except IndexUnavailable as error:
            raise KnowledgeUnavailable("索引暂时不可用，无法核对是否重复，请稍后重试。") from error

    def publish(self, draft: Draft) -> None:
        path = self._folder / f"{draft.id}.md"
        with self._writing() as library:
            write_whole(path, _markdown(draft))
            report = add_paths([path], library.index, library.registry)
            if report.rejected:
                path.unlink()
                raise KnowledgeUnavailable(report.rejected[0].message)

    def retire(self, document_id: str, repealed_on: date, reason: str, successor_id: str | None) -> bool:
        retirement = Retirement(repealed_on, successor_id, reason)
        with self._writing() as library:
            return retire_document(document_id, retirement, library.index, library.registry)

    def why_retired(self, document_id: str) -> str:
        retirement = self._registry.retirement_of(document_id)
        return retirement.reason if retirement else ""

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


def _alike(document: Document, share: float, day: date) -> Alike:
    return Alike(document.id, document.title, share, document.validity.covers(day))


def _said(found: Rejection | None) -> tuple[str, str]:
    if found is None:
        return RejectReason.EMPTY.value, ADVICE[RejectReason.EMPTY]
    return found.reason.value, found.message


def _markdown(draft: Draft) -> str:
    document = draft.document
    kind = document.kind if document.kind in KINDS else "notice"
    own = replace(document, kind=kind, region=canonical_region(document.region))
    return as_markdown(ParsedDocument(own, draft.text, supersedes=draft.supersedes))
