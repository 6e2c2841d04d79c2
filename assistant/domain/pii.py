"""Find personal data (个人信息) and put reversible tokens in its place; official numbers are never touched.

Rules and measured error rates: docs/quality.md, section "Screening and masking".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.domain.normalise import fold
from assistant.domain.pii_addresses import building_in, find_addresses
from assistant.domain.pii_kinds import Finding, PiiKind, PiiSpan
from assistant.domain.pii_names import find_names
from assistant.domain.pii_numbers import find_numbers, official_ranges

_STRONGEST_FIRST = (
    PiiKind.EMAIL,
    PiiKind.ID_CARD,
    PiiKind.CREDIT_CODE,
    PiiKind.WECHAT,
    PiiKind.QQ,
    PiiKind.PHONE,
    PiiKind.BANK_CARD,
    PiiKind.PLATE,
    PiiKind.PASSPORT,
    PiiKind.LANDLINE,
    PiiKind.ADDRESS,
    PiiKind.NAME,
)
_ORDER = {kind: rank for rank, kind in enumerate(_STRONGEST_FIRST)}


class TokenNumbering:
    """Gives the same datum the same token across the texts of one conversation."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[PiiKind, str], str] = {}
        self._counts: dict[PiiKind, int] = {}

    def token(self, kind: PiiKind, value: str) -> str:
        if (kind, value) not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._tokens[kind, value] = f"〔{kind.value}{self._counts[kind]}〕"
        return self._tokens[kind, value]

    def names(self) -> dict[str, str]:
        """Token by personal name of at least two characters, the longest first."""
        found = {value: token for (kind, value), token in self._tokens.items() if kind is PiiKind.NAME}
        return {name: found[name] for name in sorted(found, key=len, reverse=True) if len(name) > 1}


def find(text: str, *, by_citizen: bool = True, asked_name: bool | None = None) -> list[tuple[int, int, PiiKind, str]]:
    """(start, end, kind, value) in offsets of ``text``, in order, without overlaps. Linear in ``len(text)``.

    ``asked_name``: the text is a turn of a call, and whether the turn before asked for a name.
    """
    folded = fold(text)
    return [
        (*folded.original_span(f.start, f.end), f.kind, f.value)
        for f in find_folded(folded.text, by_citizen=by_citizen, asked_name=asked_name)
    ]


def find_folded(text: str, *, by_citizen: bool = True, asked_name: bool | None = None) -> list[Finding]:
    numbers = list(find_numbers(text, by_citizen=by_citizen))
    official = official_ranges(text) if numbers else []
    numbers = [f for f in numbers if not _is_official(f, official)]
    settled = _without_overlaps([*numbers, *find_addresses(text)])
    names = find_names(text, [(f.start, f.end) for f in settled if f.kind is not PiiKind.ADDRESS], asked_name)
    return _without_overlaps([*settled, *names])


def redact(
    text: str, numbering: TokenNumbering, *, by_citizen: bool = True, asked_name: bool | None = None
) -> tuple[str, tuple[PiiSpan, ...]]:
    """The text with tokens in place of personal data, and where it stood; ``asked_name`` as in ``find``."""
    spans = tuple(
        PiiSpan(start, end, kind, numbering.token(kind, value))
        for start, end, kind, value in find(text, by_citizen=by_citizen, asked_name=asked_name)
    )
    return _replace(text, spans), spans


def redact_within_buildings(text: str) -> str:
    """As ``redact``, but a building stays (2号楼〔门牌1〕): hundreds live in one, and who is sent there must find it."""
    spans = redact(text, TokenNumbering())[1]
    inside = [
        replace(span, start=span.start + len(building_in(text[span.start : span.end])))
        if span.kind is PiiKind.ADDRESS
        else span
        for span in spans
    ]
    return _replace(text, [span for span in inside if span.start < span.end])


def restore(text: str, spans: Iterable[PiiSpan], original: str) -> str:
    """``text`` with every token replaced by what stood in ``original``; unknown tokens stay."""
    for token, value in {span.token: original[span.start : span.end] for span in spans}.items():
        text = text.replace(token, value)
    return text


def _replace(text: str, spans: Sequence[PiiSpan]) -> str:
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], span.token]
        at = span.end
    return "".join([*pieces, text[at:]])


def _is_official(finding: Finding, official: list[tuple[int, int]]) -> bool:
    """``official`` is sorted and without overlaps."""
    at = bisect_right(official, (finding.start, finding.end + 1)) - 1
    return at >= 0 and finding.end <= official[at][1]


def _without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Stronger kinds win, then longer spans, then earlier ones."""
    taken: list[Finding] = []
    covered: set[int] = set()
    for finding in sorted(findings, key=lambda f: (_ORDER[f.kind], f.start - f.end, f.start)):
        if not covered.intersection(range(finding.start, finding.end)):
            covered.update(range(finding.start, finding.end))
            taken.append(finding)
    return sorted(taken, key=lambda f: f.start)
