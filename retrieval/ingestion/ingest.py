"""Takes sources into the index, documents out of it. Each call can be killed at any point and resumed by the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from retrieval.ingestion.parsed import ParsedDocument, Rejection
from retrieval.ingestion.registry import Retirement, SqliteRegistry
from retrieval.ingestion.report import DEFAULT_OPTIONS, IngestOptions, IngestReport, ProgressListener, TextInspector
from retrieval.ingestion.run import Run
from retrieval.ports import PassageIndex


def add_paths(
    paths: Sequence[Path | str],
    index: PassageIndex,
    registry: SqliteRegistry,
    *,
    progress: ProgressListener | None = None,
    options: IngestOptions = DEFAULT_OPTIONS,
    inspect: TextInspector | None = None,
) -> IngestReport:
    """Brings index and ledger in line with the files at ``paths`` (files, or folders with all below them).

    Unchanged files are not read again; documents gone from a file that was read to its end are removed. What a source
    contains never raises: it is in ``rejected``. ``inspect`` sees the text of each new or changed document; what it
    says of it (an instruction buried in a policy, say) becomes a warning.

    Raises:
        IngestionBusy: another process is ingesting into the same ledger.
    """
    with registry.exclusive():
        run = Run(index, registry, options, progress, inspect)
        run.repair()
        run.read(paths)
        return run.finish()


def add_documents(
    documents: Iterable[ParsedDocument | Rejection],
    source: str,
    index: PassageIndex,
    registry: SqliteRegistry,
    *,
    progress: ProgressListener | None = None,
    options: IngestOptions = DEFAULT_OPTIONS,
) -> IngestReport:
    """Takes in documents of another reader, which ``source`` names; none are removed."""
    with registry.exclusive():
        run = Run(index, registry, options, progress)
        run.repair()
        run.stage_all(documents, f"documents:{source}", source)
        return run.finish()


def remove_documents(document_ids: Sequence[str], index: PassageIndex, registry: SqliteRegistry) -> tuple[str, ...]:
    """Takes documents out and returns the ids that were known; versions they had replaced revive."""
    with registry.exclusive():
        known = tuple(one for one in dict.fromkeys(document_ids) if registry.get(one) is not None)
        registry.mark_removing(known)
        Run(index, registry, DEFAULT_OPTIONS, None).finish()
        return known


def retire_document(document_id: str, retirement: Retirement, index: PassageIndex, registry: SqliteRegistry) -> bool:
    """Ends a document's validity on a day; ``False`` for an unknown one. It stays to be found as of the days before.

    Raises:
        IngestionBusy: another process is ingesting into the same ledger.
    """
    with registry.exclusive():
        if registry.get(document_id) is None:
            return False
        registry.retire(document_id, retirement)
        Run(index, registry, DEFAULT_OPTIONS, None).finish()
        return True
