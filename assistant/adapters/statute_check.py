"""Proves the pack against the statutes: each cited article exists, each figure of a claim occurs in its articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from assistant.adapters.statutes import Statutes, load_statutes
from assistant.domain.catalogue import Catalogue
from assistant.domain.figures import missing_figures
from assistant.domain.pack_documents import Claim, PackDocument
from assistant.domain.pack_report import Finding, error
from retrieval.contracts import LegalBasis

HOTLINES = frozenset(("110", "119", "120", "122", "12315", "12345"))
"""Numbers that a guide may name without an article."""


def check_statutes(documents: Sequence[PackDocument], catalogue: Catalogue | None, path: Path) -> Iterator[Finding]:
    """Raises ``DataFileError``."""
    cited = list(_catalogue_basis(catalogue)) if catalogue else []
    laws = {basis.law for pack in documents for basis in pack.document.basis} | {basis.law for _, basis in cited}
    statutes = load_statutes(path, laws)
    for place, basis in cited:
        yield from _exists(basis, statutes, place)
    for pack in documents:
        yield from _document(pack, statutes)


def _catalogue_basis(catalogue: Catalogue) -> Iterator[tuple[str, LegalBasis]]:
    for entry in catalogue.dispatch:
        for basis in entry.basis:
            yield f"catalogue/dispatch_catalogue.yaml#{entry.id}", basis
    for rule in catalogue.diversions:
        for basis in rule.basis:
            yield f"catalogue/diversion_rules.yaml#{rule.id}", basis


def _exists(basis: LegalBasis, statutes: Statutes, place: str, until: date | None = None) -> Iterator[Finding]:
    if statutes.text(basis, until) is None:
        known = "no such law" if basis.law not in statutes.editions else "no such article in the edition that counts"
        yield error(place, f"《{basis.law}》{basis.article}: {known}")


def _document(pack: PackDocument, statutes: Statutes) -> Iterator[Finding]:
    """A repealed document rests on editions of its own time, one in force on the newest."""
    until = pack.document.validity.repealed_on
    for basis in pack.document.basis:
        yield from _exists(basis, statutes, pack.path, until)
    for claim in pack.claims:
        yield from _figures(claim, statutes, f"{pack.path}:{claim.line}", until)


def _figures(claim: Claim, statutes: Statutes, place: str, until: date | None) -> Iterator[Finding]:
    """The date of an edition may be stated too: it belongs to the law, not to one article."""
    sources = [text for basis in claim.basis if (text := statutes.text(basis, until)) is not None]
    sources += [day.isoformat() for basis in claim.basis for day in statutes.days(basis.law, until)]
    for figure in missing_figures(claim.statement, sources, HOTLINES):
        if figure.unit == "倍" and not missing_figures(f"{Fraction(figure.value) * 100}%", sources):
            continue  # 三倍工资 is how people say 百分之三百
        yield error(place, f"{figure.value}{figure.unit} does not occur in {claim.marker}")
