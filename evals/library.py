"""Corpus files as a searchable library: the product's own reader, splitter, index and search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.contracts import DatasetError
from evals.row_forms import answer_documents
from retrieval.adapters.open_search import open_embedded
from retrieval.contracts import Passage, Validity
from retrieval.ingestion.parse import read_source
from retrieval.ingestion.parsed import ParsedDocument
from retrieval.ingestion.split import split_document
from retrieval.search import Search

_BATCH = 2000


@contextmanager
def open_library(
    files: Sequence[Path], *, national_only: bool = False, index: Path | None = None, dated: bool = True
) -> Iterator[Search]:
    """A search over all passages of ``files``; ``index`` keeps what was built for the next run. See ``passages_of``.

    Raises:
        DatasetError: no file was given, or they hold no passage.
    """
    with TemporaryDirectory(prefix="hotline-evals-") as scratch:
        folder = index or Path(scratch) / "index"
        if not folder.exists():
            write_index(passages_of(files, national_only, dated=dated), folder)
        search = open_embedded(folder)
        try:
            yield search
        finally:
            search.close()


def row_of(passage: Passage) -> str:
    """Id of the corpus row that a passage was cut from."""
    return passage.row_id or passage.document_id


def write_index(passages: Iterable[Passage], folder: Path) -> None:
    """Raises ``DatasetError`` when there is no passage."""
    search, remaining, count = open_embedded(folder, writable=True), iter(passages), 0
    while batch := list(islice(remaining, _BATCH)):
        search.index.upsert(batch)
        count += len(batch)
    search.close()
    if not count:
        raise DatasetError("the corpus holds no passage; give --corpus FILE with rows {id, text, …}, or documents")


def passages_of(files: Sequence[Path], national_only: bool = False, *, dated: bool = True) -> Iterator[Passage]:
    """``national_only`` leaves out what holds in one region. Without ``dated`` every passage counts as in force: a retrieval
    benchmark asks for what is in the corpus."""
    for path in files:
        if not path.exists():
            raise DatasetError(f"{path}: no such file")
        for item in answer_documents(path) or read_source(path):
            if isinstance(item, ParsedDocument) and not (national_only and item.document.region):
                passages = split_document(item)
                yield from passages if dated else (replace(passage, validity=Validity()) for passage in passages)
