"""The city pack's guides as the check sees them, and whether they agree with one another and with the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.domain.catalogue import Catalogue
from assistant.domain.intervals import overlap
from assistant.domain.pack_report import Finding, Severity, duplicates, error
from assistant.domain.unit_directory import UnitDirectory
from retrieval.contracts import Document, LegalBasis


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line states before a marker （依据：…）, and the articles that the marker names."""

    line: int
    statement: str
    marker: str
    basis: tuple[LegalBasis, ...]


@dataclass(frozen=True, slots=True)
class PackDocument:
    """``path`` is relative to the pack; ``heading`` is the first heading of the body."""

    path: str
    document: Document
    heading: str
    body: str
    claims: tuple[Claim, ...]


def check_documents(documents: Sequence[PackDocument], catalogue: Catalogue, today: date) -> Iterator[Finding]:
    names = {category.name for category in catalogue.categories}
    directory = UnitDirectory.of(catalogue)
    for document_id in duplicates(pack.document.id for pack in documents):
        paths = "、".join(pack.path for pack in documents if pack.document.id == document_id)
        yield error(paths, f"the id {document_id} stands twice")
    for pack in documents:
        yield from _identity(pack)
        yield from _asked_as(pack)
        yield from _catalogue_words(pack, names, directory)
        yield from _markers(pack)
        yield from _state(pack, today)
    yield from _versions(documents)


def _identity(pack: PackDocument) -> Iterator[Finding]:
    stem = pack.path.rsplit("/", 1)[-1].removesuffix(".md")
    if pack.document.id != stem:
        yield error(pack.path, f"the id {pack.document.id} is not the file's name")
    if pack.heading != pack.document.title:
        yield error(pack.path, f"the first heading is {pack.heading!r}, the title {pack.document.title!r}")


def _asked_as(pack: PackDocument) -> Iterator[Finding]:
    """A heading that was renamed would silently lose how people ask for it."""
    headings = {line.lstrip("# ").strip() for line in pack.body.splitlines() if line.startswith("#")}
    for heading, _ in pack.document.asked_as:
        if heading not in headings:
            yield error(pack.path, f"asked_as names the heading {heading!r}, which the body lacks")


def _catalogue_words(pack: PackDocument, names: set[str], directory: UnitDirectory) -> Iterator[Finding]:
    if pack.document.category not in names:
        yield error(pack.path, f"no category {pack.document.category} in categories.yaml")
    for name, unit in directory.owners(pack.document.owner_unit or ""):
        if unit is None:
            yield error(pack.path, f"no unit, alias or duty bearer {name!r} in handling_units.yaml")


def _markers(pack: PackDocument) -> Iterator[Finding]:
    for claim in pack.claims:
        if not claim.basis:
            yield error(f"{pack.path}:{claim.line}", f"the marker {claim.marker} names no law with an article")
        if not claim.statement:
            yield error(f"{pack.path}:{claim.line}", f"the marker {claim.marker} ends no statement")
    said = dict.fromkeys(basis for claim in pack.claims for basis in claim.basis)
    for basis in said:
        if basis not in pack.document.basis:
            yield error(pack.path, f"《{basis.law}》{basis.article} stands in the text but not in basis")
    for basis in pack.document.basis:
        if basis not in said:
            yield error(pack.path, f"《{basis.law}》{basis.article} stands in basis but not in the text")


def _state(pack: PackDocument, today: date) -> Iterator[Finding]:
    validity, review = pack.document.validity, pack.document.review_date
    if validity.effective_from and validity.repealed_on and validity.repealed_on <= validity.effective_from:
        yield error(pack.path, "repealed_on is not after effective_from")
    if not validity.covers(today):
        yield Finding(Severity.NOT_IN_FORCE, pack.path, _interval(pack.document))
    elif review and review <= today:
        yield Finding(Severity.DUE, pack.path, f"review was due on {review}")
    if not pack.document.verified:
        yield Finding(Severity.UNVERIFIED, pack.path, pack.document.title)


def _interval(document: Document) -> str:
    successor = f", superseded by {document.successor_id}" if document.successor_id else ""
    return f"in force from {document.validity.effective_from} until {document.validity.repealed_on}{successor}"


def _versions(documents: Sequence[PackDocument]) -> Iterator[Finding]:
    by_id = {pack.document.id: pack for pack in documents}
    for pack in documents:
        older, newer = pack.document.predecessor_id, pack.document.successor_id
        if older and (older not in by_id or by_id[older].document.successor_id != pack.document.id):
            yield error(pack.path, f"supersedes {older}, which does not name it in superseded_by")
        if newer and (newer not in by_id or by_id[newer].document.predecessor_id != pack.document.id):
            yield error(pack.path, f"superseded_by {newer}, which does not name it in supersedes")
        elif newer and overlap(pack.document.validity, by_id[newer].document.validity):
            yield error(
                pack.path, f"still in force when {newer} is; set repealed_on to the day its successor takes over"
            )
