"""What a check of the city pack finds: errors that must be mended, and notices that a person should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """Only ``ERROR`` fails the check."""

    ERROR = "error"
    DUE = "due"
    NOT_IN_FORCE = "not_in_force"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Finding:
    """``place`` is a file under the pack, with ``:line`` or ``#entry`` where known."""

    severity: Severity
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class PackReport:
    """``counts`` says how much was checked (documents, units, …), so that an empty pack is not taken for a clean one."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return self.of(Severity.ERROR)


def error(place: str, message: str) -> Finding:
    return Finding(Severity.ERROR, place, message)


def duplicates(values: Iterable[str]) -> list[str]:
    """Each value that occurs more than once, in order of first sight."""
    return [value for value, times in Counter(values).items() if times > 1]
