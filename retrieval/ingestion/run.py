"""One run of ingestion: read and record, link versions, write passages. The ledger knows what is left to do."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from retrieval.contracts import Passage
from retrieval.ingestion.parse import read_file
from retrieval.ingestion.parsed import ParsedDocument, Rejection, RejectReason, SourceRejected
from retrieval.ingestion.registry import PendingDocument, SqliteRegistry, Staged
from retrieval.ingestion.report import (
    IngestOptions,
    IngestReport,
    ProgressListener,
    ProgressMeter,
    TextInspector,
    condensed,
)
from retrieval.ingestion.sandbox import Sandbox
from retrieval.ingestion.sources import SourceFile, find_sources
from retrieval.ingestion.split import SPLITTER_VERSION, split_document
from retrieval.ingestion.versions import link_versions
from retrieval.ports import PassageIndex

PARSER_VERSION = "1"
_STAGED_AT_ONCE = 200


@dataclass(slots=True)
class Run:
    """One ingestion: counts what it does. The ledger, not this object, knows what is left to do."""

    index: PassageIndex
    registry: SqliteRegistry
    options: IngestOptions
    listener: ProgressListener | None
    inspect: TextInspector | None = None
    started: float = field(default_factory=time.monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    staged: set[str] = field(default_factory=set)
    owners: dict[str, str] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    def repair(self) -> None:
        """Documents whose passages the index lost (folder deleted, disk restored) go in anew."""
        if self.index.count() >= self.registry.passage_count():
            return
        for document in self.registry.all():
            ids = self.registry.passages_of(document.id)
            if ids and len(self.index.fetch(ids)) < len(ids):
                self.registry.mark_pending([document.id])

    def read(self, paths: Sequence[Path | str]) -> None:
        sources = list(find_sources(paths, self.options.limits))
        self.rejected += [source for source in sources if isinstance(source, Rejection)]
        files = [source for source in sources if isinstance(source, SourceFile)]
        meter, done = ProgressMeter(self.listener, "read", sum(source.size for source in files)), 0
        with Sandbox(self.options.limits) as sandbox:
            for source in files:
                meter.tell(done, source.name)
                self._read_file(source, sandbox, meter, done)
                done += source.size
        meter.tell(done)
        if self.options.prune:
            self._prune(paths)

    def stage_all(self, documents: Iterable[ParsedDocument | Rejection], key: str, name: str) -> Reading:
        """Stages what a source yields, a few hundred documents a transaction."""
        reading, items = Reading(key, name), iter(documents)
        while batch := list(islice(items, _STAGED_AT_ONCE)):
            with self.registry.transaction():
                for item in batch:
                    if isinstance(item, Rejection):
                        reading.rejected.append(item)
                    else:
                        self._stage(item, reading)
        self.rejected += reading.rejected
        self.warnings += [(name, warning) for warning in reading.warnings]
        return reading

    def finish(self) -> IngestReport:
        self._remove()
        self._link()
        self._write_pending()
        if self.index.count() > self.registry.passage_count():
            self.warnings.append(("", "索引里有台账之外的内容；如不是多个程序共用，请删除索引目录后重新导入。"))
        return IngestReport(
            **{name: self.counts[name] for name in _COUNTED},
            rejected=condensed(self.rejected),
            warnings=tuple(self.warnings),
            seconds=round(time.monotonic() - self.started, 3),
        )

    def _read_file(self, source: SourceFile, sandbox: Sandbox, meter: ProgressMeter, done: int) -> None:
        known = self.registry.documents_from(source.key)
        try:
            fingerprint = _fingerprint(source.path, self.options)
        except OSError:
            self.rejected.append(SourceRejected(RejectReason.NOT_FOUND).rejection(source.name))
            return
        notes = self.registry.notes_if_current(source.key, fingerprint)
        if known and notes is not None:
            self.counts["unchanged"] += len(known)
            self.owners.update(dict.fromkeys(known, source.key))
            self._repeat(notes, source.name)
            return
        limits, defaults = self.options.limits, self.options.defaults
        documents = read_file(
            source, sandbox, limits, defaults, lambda position: meter.tell(done + position, source.name)
        )
        reading = self.stage_all(documents, source.key, source.name)
        if reading.to_the_end:
            if reading.names_all_rows:
                self.registry.mark_removing(set(known) - reading.ids)
            if not reading.disputed:
                self.registry.record_source(source.key, fingerprint, _encode_notes(reading))

    def _repeat(self, notes: str, name: str) -> None:
        """An unchanged file is not read again, but what is wrong with it is said again."""
        rejected, warnings = json.loads(notes)
        self.rejected += [Rejection(place, RejectReason(reason), text, row) for place, reason, text, row in rejected]
        self.warnings += [(name, warning) for warning in warnings]

    def _stage(self, item: ParsedDocument, reading: Reading) -> None:
        document_id = item.document.id
        owner = self.owners.get(document_id, reading.key)
        if document_id in reading.ids or owner != reading.key:
            reading.disputed |= owner != reading.key
            place = f"{reading.name}#{document_id}"
            reading.rejected.append(SourceRejected(RejectReason.DUPLICATE_ID).rejection(place, document_id))
            return
        reading.ids.add(document_id)
        self.owners[document_id] = reading.key
        reading.warnings += item.warnings
        outcome = self.registry.stage(item, reading.key, reading.name, _recipe(self.options))
        self.counts[outcome.value] += 1
        if outcome is not Staged.UNCHANGED:
            self.staged.add(document_id)
            remark = self.inspect(item.text) if self.inspect else None
            reading.warnings += [f"《{item.document.title}》：{remark}"] if remark else []

    def _prune(self, paths: Sequence[Path | str]) -> None:
        """A file that is there but cannot be read any more keeps its documents; only one that is gone loses them."""
        for folder in (Path(given).resolve() for given in paths if Path(given).is_dir()):
            for source in self.registry.sources_below(folder):
                if not Path(source).exists():
                    self.registry.mark_removing(self.registry.documents_from(source))

    def _remove(self) -> None:
        removing = self.registry.removing()
        if removing:
            self.index.delete_documents(removing)
            self.registry.forget(removing)
            self.counts["removed"] += len(removing)

    def _link(self) -> None:
        changed = set(self.registry.apply_links(link_versions(self.registry.version_facts()))) - self.staged
        self.counts["relinked"] += len(changed)
        self.staged |= changed

    def _write_pending(self) -> None:
        pending = self.registry.pending()
        self.counts["resumed"] += sum(1 for one in pending if one.id not in self.staged)
        meter, done = ProgressMeter(self.listener, "index", sum(one.chars for one in pending)), 0
        for batch in self._batches(pending):
            documents, passages = [one for one, _ in batch], [passage for _, own in batch for passage in own]
            self.registry.mark_indexing([one.id for one in documents])
            self.index.delete_documents([one.id for one in documents if one.touched])
            self.index.upsert(passages)
            self.registry.mark_indexed({one.id: [passage.id for passage in own] for one, own in batch})
            self.counts["passages"] += len(passages)
            done += sum(one.chars for one in documents)
            meter.tell(done)

    def _batches(
        self, pending: Sequence[PendingDocument]
    ) -> Iterator[list[tuple[PendingDocument, tuple[Passage, ...]]]]:
        batch: list[tuple[PendingDocument, tuple[Passage, ...]]] = []
        size = 0
        for one in pending:
            passages = split_document(self.registry.load(one.id), self.options.split)
            batch.append((one, passages))
            size += len(passages)
            if size >= self.options.batch:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


@dataclass(slots=True)
class Reading:
    """What came of one source: ids taken, rejections, and whether another source of this run holds some of its ids."""

    key: str
    name: str
    ids: set[str] = field(default_factory=set)
    rejected: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    disputed: bool = False

    @property
    def to_the_end(self) -> bool:
        return all(one.row_id is not None for one in self.rejected)

    @property
    def names_all_rows(self) -> bool:
        """Whether a document that is missing here is surely gone: a row without id might have been it."""
        self.ids.update(one.row_id for one in self.rejected if one.row_id)
        return all(one.row_id for one in self.rejected)


_COUNTED = ("added", "updated", "unchanged", "removed", "relinked", "resumed", "passages")


def _encode_notes(reading: Reading) -> str:
    rejected = [[one.source, one.reason.value, one.message, one.row_id] for one in condensed(reading.rejected)]
    return json.dumps([rejected, reading.warnings], ensure_ascii=False)


def _recipe(options: IngestOptions) -> str:
    return f"{SPLITTER_VERSION} {options.split}"


def _fingerprint(path: Path, options: IngestOptions) -> str:
    """Of a file's bytes and of everything that decides what is made of them."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((PARSER_VERSION, _recipe(options), options.defaults, options.limits)).encode())
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
