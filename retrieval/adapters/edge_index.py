"""The embedded passage index: Qdrant Edge in this process, in generations, so that writing never disturbs reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

from retrieval.adapters.edge_generation import EdgeGeneration
from retrieval.adapters.generations import Generations
from retrieval.contracts import Passage, SearchQuery
from retrieval.ports import Candidate, Embedder, IndexUnavailable, SparseQuery


class EdgeIndex:
    """Passages under the folder ``path``: any number of readers, in any process, and one writer at a time.

    What a writer wrote becomes visible to readers when it closes, without a restart. Raises ``IndexUnavailable`` when
    there is nothing to read, a folder does not load, or another process is writing.
    """

    def __init__(self, path: Path, *, embedder: Embedder | None = None, read_only: bool = False) -> None:
        self._generations = Generations(path)
        self._embedder = embedder
        self._read_only = read_only
        self._loading = Lock()
        self._folder: Path | None = None
        self._stamp = (0, 0)
        self._state: EdgeGeneration | None = None
        self._writing = False
        if read_only:
            self._load_current()
        elif not self._generations.lock():
            raise IndexUnavailable(f"another process is writing to {path}; wait until it has finished")
        elif self._generations.unfinished() or not self._generations.current():
            self._begin()
        else:
            self._load_current()

    def snapshot(self) -> EdgeGeneration:
        """One unchanging state for the length of a search; for a reader the newest that is published."""
        if self._read_only and self._generations.stamp() != self._stamp:
            self._load_current()
        if self._state is None:
            raise IndexUnavailable("the index is closed")
        return self._state

    @property
    def version(self) -> str:
        return self.snapshot().version

    def recall(
        self, sparse: SparseQuery, dense: Sequence[float] | None, query: SearchQuery, limit: int
    ) -> list[Candidate]:
        return self.snapshot().recall(sparse, dense, query, limit)

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        return self.snapshot().fetch(passage_ids)

    def neighbours(self, passage: Passage) -> list[Passage]:
        return self.snapshot().neighbours(passage)

    def versions(self, passage: Passage) -> list[Passage]:
        return self.snapshot().versions(passage)

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        return self.snapshot().named(laws, article, query)

    def count(self) -> int:
        return self.snapshot().count()

    def upsert(self, passages: Sequence[Passage]) -> None:
        if passages:
            self._begin().upsert(passages)

    def delete_documents(self, document_ids: Iterable[str]) -> None:
        doomed = list(document_ids)
        if doomed:
            self._begin().delete_documents(doomed)

    def optimise(self) -> None:
        """Pack what was written, which ``close`` does as well."""
        if self._writing:
            self.snapshot().optimise()

    def close(self) -> None:
        """A writer publishes what it wrote."""
        state, self._state = self._state, None
        if state is not None and self._writing and self._folder is not None:
            state.finish()
            self._generations.publish(self._folder)
        elif state is not None:
            state.close()
        self._generations.unlock()

    def _begin(self) -> EdgeGeneration:
        if self._read_only:
            raise IndexUnavailable("the index was opened for reading only")
        if not self._writing:
            if self._state is not None:
                self._state.close()
            self._folder = self._generations.begin()
            self._state = EdgeGeneration(self._folder, embedder=self._embedder, writable=True)
            self._writing = True
        return self.snapshot()

    def _load_current(self) -> None:
        """Two searches may notice a new generation at once; the one before stays open for those that still read it.

        A generation that is replaced and deleted while it is being opened is let go for the next one.
        """
        with self._loading:
            stamp, folder = self._generations.stamp(), self._generations.current()
            while folder is not None and folder != self._folder:
                try:
                    self._state = EdgeGeneration(folder, embedder=self._embedder)
                    self._folder = folder
                except IndexUnavailable:
                    if folder == self._generations.current():
                        raise
                stamp, folder = self._generations.stamp(), self._generations.current()
            if folder is None:
                raise IndexUnavailable(
                    "there is no index yet: `hotline corpus sync` builds it from the city pack, `hotline corpus add` from your files"
                )
            self._stamp = stamp
