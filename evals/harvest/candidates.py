"""Candidates for the datasets, from feedback: masked once more, one per wording, nothing used before a person approved it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant.domain.feedback import Feedback, FeedbackKind, Verdict
from assistant.domain.pii import TokenNumbering, redact
from evals.contracts import DatasetError
from evals.files import read_rows, write_rows


class Review(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


TASK_OF = {
    (FeedbackKind.ANSWER, ""): "answer",
    (FeedbackKind.DRAFT, ""): "reply",
    (FeedbackKind.SUGGESTION, "type"): "type",
    (FeedbackKind.SUGGESTION, "category"): "category",
    (FeedbackKind.SUGGESTION, "unit"): "unit",
}
"""What can become a case; other parts of a suggestion (title, urgency …) teach nothing that is measured."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """``expected`` is what the person used; empty where a proposal was turned down and nobody wrote what is right.

    Such a candidate can be approved only after somebody filled ``expected`` in the file.
    """

    id: str
    task: str
    input: str
    proposed: str
    expected: str
    verdict: str
    reason: str
    at: str
    review: Review = Review.PENDING
    reviewer: str = ""
    note: str = ""


def candidates_of(feedback: Iterable[Feedback]) -> Iterator[Candidate]:
    """One candidate per task and wording; thumbs without a use are opinions, not cases."""
    seen: set[str] = set()
    for item in feedback:
        task = TASK_OF.get((item.kind, item.part))
        if task is None or item.verdict in (Verdict.UP,) or not item.question.strip():
            continue
        candidate = _candidate(task, item)
        if candidate.id not in seen:
            seen.add(candidate.id)
            yield candidate


def _candidate(task: str, item: Feedback) -> Candidate:
    question, proposed, final, reason = map(masked, (item.question, item.proposed, item.final, item.reason))
    used = {Verdict.ACCEPTED: proposed, Verdict.EDITED: final}.get(item.verdict, final)
    return Candidate(
        id=identifier(task, question),
        task=task,
        input=question,
        proposed=proposed,
        expected=used,
        verdict=item.verdict.value,
        reason=reason,
        at=item.at.isoformat(),
    )


def masked(text: str) -> str:
    """Stored feedback is masked; what leaves the service is masked again by the rules of today."""
    return redact(text, TokenNumbering())[0]


def identifier(task: str, text: str) -> str:
    words = "".join(text.split())
    return f"{task}-{hashlib.sha256(f'{task}|{words}'.encode()).hexdigest()[:12]}"


def merge(known: Sequence[Candidate], found: Iterable[Candidate]) -> list[Candidate]:
    """What a person has decided stays decided; new candidates come last."""
    decided = {candidate.id for candidate in known}
    return [*known, *(candidate for candidate in found if candidate.id not in decided)]


def review(
    candidates: Sequence[Candidate], ids: Sequence[str], verdict: Review, reviewer: str, note: str
) -> list[Candidate]:
    """
    Raises:
        DatasetError: an unknown id, or approval of a candidate that says nothing of what is right.
    """
    wanted = set(ids)
    if unknown := wanted - {candidate.id for candidate in candidates}:
        raise DatasetError(f"no candidate {', '.join(sorted(unknown))}")
    empty = [one.id for one in candidates if one.id in wanted and not one.expected.strip()]
    if verdict is Review.APPROVED and empty:
        raise DatasetError(f"{', '.join(empty)}: write what is right into the field expected, then approve")
    return [
        replace(one, review=verdict, reviewer=reviewer, note=note) if one.id in wanted else one for one in candidates
    ]


def read_candidates(path: Path) -> list[Candidate]:
    """
    Raises:
        DatasetError: the file is missing or a row is no candidate.
    """
    return [_read(path, row) for row in read_rows(path)]


def _read(path: Path, row: Mapping[str, Any]) -> Candidate:
    try:
        return Candidate(**{**row, "review": Review(row["review"])})
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{path}: row {row.get('id', '?')}: not a candidate ({error})") from error


def write_candidates(path: Path, candidates: Iterable[Candidate]) -> None:
    write_rows(path, (asdict(candidate) for candidate in candidates))
