"""The library that a run answers from: the city pack, or the files given with ``--corpus``, or an index on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.contracts import DatasetError
from retrieval.adapters.open_search import open_embedded
from retrieval.contracts import Passage
from retrieval.ingestion.parse import read_source
from retrieval.ingestion.parsed import ParsedDocument
from retrieval.ingestion.split import split_document
from retrieval.search import Search

BATCH = 2000


@contextmanager
def open_corpus(files: Sequence[Path], index: Path | None) -> Iterator[Search]:
    """A search over ``files``. With ``index`` the built index is kept there and reused by the next run."""
    with TemporaryDirectory(prefix="hotline-answer-") as scratch:
        folder = index or Path(scratch) / "index"
        if not folder.exists():
            build(files, folder)
        search = open_embedded(folder)
        try:
            yield search
        finally:
            search.close()


def build(files: Sequence[Path], folder: Path) -> None:
    """Writes the index of ``files`` to ``folder``. Raises ``DatasetError`` when they hold no passage."""
    search = open_embedded(folder, writable=True)
    batch: list[Passage] = []
    count = 0
    for passage in passages_of(files):
        batch.append(passage)
        count += 1
        if len(batch) >= BATCH:
            search.index.upsert(batch)
            batch = []
    search.index.upsert(batch)
    search.close()
    if not count:
        raise DatasetError(f"no passages in {', '.join(map(str, files))}; give documents or .jsonl rows")


def passages_of(files: Sequence[Path]) -> Iterator[Passage]:
    for path in files:
        for item in read_source(path):
            if isinstance(item, ParsedDocument):
                yield from split_document(item)
