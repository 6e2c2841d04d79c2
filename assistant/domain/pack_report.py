"""What a check of the city pack finds: errors that must be mended, and notices that a person should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby


class Severity(StrEnum):
    """Only ``ERROR`` fails the check."""

    ERROR = "error"
    DUE = "due"
    NOT_IN_FORCE = "not_in_force"
    UNVERIFIED = "unverified"


HEADINGS = {
    Severity.ERROR: "errors",
    Severity.DUE: "due for review",
    Severity.NOT_IN_FORCE: "not in force",
    Severity.UNVERIFIED: "unverified",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``place`` is a file under the pack, with ``:line`` or ``#entry`` where known."""

    severity: Severity
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class PackReport:
    """``counts`` says how much was checked (documents, units, …), so an empty pack is not taken for a clean one."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return self.of(Severity.ERROR)

    @property
    def failed(self) -> bool:
        return bool(self.errors)

    def as_json(self) -> dict[str, object]:
        """``{ok, counts, error, due, not_in_force, unverified}``; the last four are lists of ``{place, message}``."""
        lists = {severity.value: [_row(finding) for finding in self.of(severity)] for severity in Severity}
        return {"ok": not self.failed, "counts": dict(self.counts), **lists}

    def as_text(self) -> str:
        counted = "  ".join(f"{name.replace('_', ' ')} {number}" for name, number in self.counts.items())
        return "\n".join([counted, *(line for severity in Severity for line in self._section(severity))])

    def _section(self, severity: Severity) -> Iterator[str]:
        findings = self.of(severity)
        yield f"\n{HEADINGS[severity]}: {len(findings)}"
        if severity is Severity.UNVERIFIED:
            yield from _by_file(findings)
        else:
            yield from (f"  {finding.place}  {finding.message}" for finding in findings)


def _row(finding: Finding) -> dict[str, str]:
    return {"place": finding.place, "message": finding.message}


def _by_file(findings: Iterable[Finding]) -> Iterator[str]:
    """Catalogue entries are many: one line a file, with the ids."""
    for file, entries in groupby(findings, key=lambda finding: finding.place.partition("#")[0]):
        group = list(entries)
        ids = " ".join(finding.place.partition("#")[2] for finding in group).strip()
        yield f"  {file} ({len(group)}) {ids}" if ids else f"  {file}  {group[0].message}"


def error(place: str, message: str) -> Finding:
    return Finding(Severity.ERROR, place, message)


def duplicates(values: Iterable[str]) -> list[str]:
    """Each value that occurs more than once, in order of first sight."""
    return [value for value, times in Counter(values).items() if times > 1]
