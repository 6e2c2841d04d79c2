"""What an ingestion is asked, how far it is, and what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from retrieval.ingestion.limits import DEFAULT_LIMITS, ParseLimits
from retrieval.ingestion.parse import NO_DEFAULTS, DocumentDefaults
from retrieval.ingestion.parsed import Rejection, RejectReason
from retrieval.ingestion.split import DEFAULT_SPLIT, SplitOptions

_LISTED_PER_REASON = 50
_REPORT_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """``batch``: passages per write to the index. ``prune``: documents of files gone from a folder go, too."""

    batch: int = 2_000
    prune: bool = False
    defaults: DocumentDefaults = NO_DEFAULTS
    limits: ParseLimits = DEFAULT_LIMITS
    split: SplitOptions = DEFAULT_SPLIT


DEFAULT_OPTIONS = IngestOptions()


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """``stage`` is ``read`` (``done`` and ``total`` in bytes of files) or ``index`` (in characters of text)."""

    stage: str
    done: int
    total: int
    eta_s: float | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Documents added, updated, unchanged and removed; ``relinked`` got another end of validity from a newer version;
    ``resumed`` were left over from an interrupted run. ``passages`` were written to the index in this run.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    relinked: int = 0
    resumed: int = 0
    passages: int = 0
    rejected: tuple[Rejection, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values for ``--json``; keys are stable."""
        values = asdict(self)
        values["rejected"] = [
            {"source": one.source, "reason": one.reason.value, "message": one.message} for one in self.rejected
        ]
        values["warnings"] = [{"source": source, "message": message} for source, message in self.warnings]
        return values


ProgressListener = Callable[[IngestProgress], None]
TextInspector = Callable[[str], str | None]


@dataclass(slots=True)
class ProgressMeter:
    """Tells the listener how far a stage is, at most five times a second, with the time left at the pace so far."""

    listener: ProgressListener | None
    stage: str
    total: int
    _started: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def tell(self, done: int, source: str = "") -> None:
        now = time.monotonic()
        if self.listener is None or (now - self._told < _REPORT_EVERY_S and done < self.total):
            return
        self._told = now
        pace = done / (now - self._started) if now > self._started else 0.0
        eta_s = (self.total - done) / pace if pace else None
        self.listener(IngestProgress(self.stage, done, self.total, eta_s, source))


def condensed(rejections: Iterable[Rejection]) -> tuple[Rejection, ...]:
    """At most fifty rejections of one file and reason one by one; the rest as a count."""
    counts: Counter[tuple[str, RejectReason]] = Counter()
    kept: list[Rejection] = []
    for rejection in rejections:
        key = rejection.source.partition("#")[0], rejection.reason
        counts[key] += 1
        if counts[key] <= _LISTED_PER_REASON:
            kept.append(rejection)
    for (source, reason), count in counts.items():
        if count > _LISTED_PER_REASON:
            kept.append(Rejection(source, reason, f"另有 {count - _LISTED_PER_REASON} 条因同样原因未收入。"))
    return tuple(kept)
