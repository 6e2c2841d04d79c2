"""Rows of a retrieval set as typed cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.contracts import DatasetError
from evals.files import read_rows
from evals.metrics.ranking import Groups


@dataclass(frozen=True, slots=True)
class RetrievalCase:
    """A question and what it needs; ``groups`` as in ``evals.metrics.ranking``."""

    id: str
    question: str
    groups: Groups


def read_cases(path: Path, limit: int | None = None) -> list[RetrievalCase]:
    """Rows ``{id, question, relevant[, relevant_groups]}``. Raises ``DatasetError`` naming the row that is not one."""
    return [case_of(path, number, row) for number, row in enumerate(read_rows(path, limit), start=1)]


def case_of(path: Path | None, number: int, row: Mapping[str, Any]) -> RetrievalCase:
    """One row as a case. Raises ``DatasetError`` naming it."""
    relevant, question = row.get("relevant"), row.get("question")
    if not isinstance(question, str) or not isinstance(relevant, list) or not relevant or "id" not in row:
        raise DatasetError(f"{path}:{number}: a row needs id, question and a non-empty list relevant")
    groups = row.get("relevant_groups") or [[name] for name in relevant]
    return RetrievalCase(str(row["id"]), question, [frozenset(map(str, group)) for group in groups])
