"""Checks a whole city pack: catalogue, documents, and with a file of statutes the claims themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from assistant.adapters.catalogue_files import load_catalogue, unreadable_files
from assistant.adapters.pack_documents import read_documents
from assistant.adapters.statute_check import check_statutes
from assistant.data_files import DataFileError
from assistant.domain.catalogue import Catalogue
from assistant.domain.catalogue_check import check_catalogue
from assistant.domain.pack_documents import PackDocument, check_documents
from assistant.domain.pack_report import Finding, PackReport, error
from assistant.routing_data import load_clarifications, load_routing_labels
from assistant.statuses import load_statuses


def check_pack(folder: Path, today: date, statutes: Path | None = None) -> PackReport:
    """Everything that is wrong with the pack under ``folder``, due, not in force on ``today`` or unverified.

    ``statutes`` is a JSON-lines file, gzipped or not, with one article a row.

    Raises:
        DataFileError: ``statutes`` is given and cannot be read.
    """
    folder = folder.resolve()
    documents, refused = read_documents(folder)
    findings = [*refused, *_routing(folder / "catalogue")]
    catalogue = _catalogue(folder / "catalogue")
    if catalogue is None:
        findings += (error(f"catalogue/{name}", fault) for name, fault in unreadable_files(folder / "catalogue"))
    else:
        findings += check_catalogue(catalogue, load_statuses().statuses, today)
        findings += check_documents(documents, catalogue, today)
    if statutes:
        findings += check_statutes(documents, catalogue, statutes)
    return PackReport(tuple(findings), _counts(documents, catalogue, today))


def _catalogue(folder: Path) -> Catalogue | None:
    load_catalogue.cache_clear()
    try:
        return load_catalogue(folder)
    except DataFileError:
        return None


def _routing(folder: Path) -> Iterator[Finding]:
    for read in (load_routing_labels, load_clarifications):
        try:
            read(folder)
        except DataFileError as fault:
            yield error("catalogue", str(fault))


def _counts(documents: Sequence[PackDocument], catalogue: Catalogue | None, today: date) -> dict[str, int]:
    kinds = Counter(pack.document.kind for pack in documents)
    counts: dict[str, int] = {
        "documents": len(documents),
        "in_force": sum(pack.document.validity.covers(today) for pack in documents),
        "claims": sum(len(pack.claims) for pack in documents),
    } | {f"kind_{kind}": number for kind, number in sorted(kinds.items())}
    if catalogue is None:
        return counts
    return counts | {
        "categories": len(catalogue.categories),
        "units": len(catalogue.units),
        "streets": sum(unit.code is not None for unit in catalogue.units),
        "dispatch_entries": len(catalogue.dispatch),
        "dispatch_with_basis": sum(bool(entry.basis) for entry in catalogue.dispatch),
        "time_limits": len(catalogue.time_limits),
        "diversions": len(catalogue.diversions),
        "places": len(catalogue.places.names),
    }
