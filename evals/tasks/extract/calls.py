"""Calls with marked fields: what stage ``extract_appeal`` finds of them, masked as the service masks them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

from assistant.domain.appeal import Appeal, Extraction, Intake, Utterance
from assistant.domain.pii import TokenNumbering, redact
from assistant.stages.redact_appeal import RedactAppeal
from evals.contracts import CaseScore

FIELDS = ("who", "where", "when", "object", "demand", "contact")
RECEIVED_AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
"""10:00 in Beijing, a Thursday: what 上周三 and 昨晚 are told from."""
OVERLAP = 0.5


async def extract_call(
    row: Mapping[str, Any], extract: Any, redacting: RedactAppeal
) -> tuple[dict[str, str], str, float]:
    """Each field's words with what was masked put back, the normal form of ``when``, and the seconds of the stage."""
    turns = tuple(Utterance(turn["speaker"], turn["text"]) for turn in row.get("transcript", ()))
    appeal = await redacting(Intake(row.get("text", ""), RECEIVED_AT, transcript=turns))
    started = time.perf_counter()
    extraction: Extraction = await extract(appeal)
    seconds = time.perf_counter() - started
    hidden = _hidden(row, appeal)
    found = {name: getattr(extraction, name) for name in FIELDS}
    values = {name: _restored(field.value, hidden) for name, field in found.items() if field is not None}
    return values, extraction.when.normal if extraction.when else "", seconds


def _hidden(row: Mapping[str, Any], appeal: Appeal) -> dict[str, str]:
    """Mask to words. The stage masks turn by turn with one numbering, the text first; so does this."""
    numbering = TokenNumbering()
    hidden: dict[str, str] = {}
    turns = [(turn["text"], turn["speaker"] == "citizen") for turn in row.get("transcript", ())]
    said = [*turns, (str(row.get("text", "")), True)]
    for text, by_citizen in said:
        hidden |= {
            span.token: text[span.start : span.end] for span in redact(text, numbering, by_citizen=by_citizen)[1]
        }
    return hidden


def _restored(value: str, hidden: Mapping[str, str]) -> str:
    for token, words in hidden.items():
        value = value.replace(token, words)
    return value


def score_call(row: Mapping[str, Any], found: Mapping[str, str], normal: str, seconds: float) -> CaseScore:
    """For every field whether it is found exactly, and whether at least half of the longer wording is shared."""
    counts: dict[str, float] = {}
    for name in FIELDS:
        gold, told = row["fields"].get(name), found.get(name)
        counts |= {f"{name}_wanted": gold is not None, f"{name}_found": told is not None}
        counts[f"{name}_exact"] = gold is not None and gold == told
        counts[f"{name}_overlap"] = bool(gold and told and shared(gold, told) >= OVERLAP)
    values = {"when_normal": float(normal == row["when"])} if row.get("when") else {}
    return CaseScore(row["id"], values, {name: float(value) for name, value in counts.items()}, seconds=seconds)


def shared(one: str, other: str) -> float:
    """Longest common run of characters as a share of the longer wording."""
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size / max(len(one), len(other), 1)
