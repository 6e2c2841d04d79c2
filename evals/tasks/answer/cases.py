"""Rows of an ``answer`` dataset: our own inquiries, or a retrieval set, whose relevant ids serve as gold clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.contracts import Message
from evals.case_run import Row
from evals.contracts import DatasetError
from evals.files import read_split


@dataclass(frozen=True, slots=True)
class Case:
    """One question. ``clauses``: any (document, clause) that may be cited, clause "" for the whole document;
    ``relevant``: the same as corpus row ids. ``ending`` is the status expected, or its prefix. ``checklist``: what a
    complete answer states, each item one wording or several (``|`` between them); ``answer`` is a reference text. ``kinds``: how it is asked (typo, dialect, as_of …), told apart in the figures. ``expect``: answer, ask_back or refuse, for
    questions without gold clauses; it gives ``answerable``, ``ending`` and ``kinds`` where they are not stated.
    """

    id: str
    question: str
    as_of: date | None = None
    region: str | None = None
    history: tuple[Message, ...] = ()
    answerable: bool = True
    ending: str = ""
    clauses: tuple[tuple[str, str], ...] = ()
    relevant: frozenset[str] = frozenset()
    figures: tuple[str, ...] = ()
    answer: str = ""
    checklist: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    expect: str = ""


def read_cases(path: Path, limit: int | None, split: str | None) -> Iterator[Case]:
    """Cases in file order; ``split`` keeps rows whose field of that name equals it. Raises ``DatasetError``."""
    return (case_of(row, path) for row in rows_of(path, limit, split))


def rows_of(path: Path, limit: int | None, split: str | None) -> Iterator[Row]:
    """Rows that hold a valid case. Raises ``DatasetError``, naming the row."""
    for row in read_split(path, limit, split or None):
        case_of(row, path)
        yield row


def case_of(row: Mapping[str, Any], path: Path | None = None) -> Case:
    expect = str(row.get("expect") or "")
    try:
        return Case(
            id=str(row["id"]),
            question=str(row["question"]),
            as_of=date.fromisoformat(row["as_of"]) if row.get("as_of") else None,
            region=row.get("region"),
            history=tuple(Message(turn["role"], turn["content"]) for turn in row.get("history", ())),
            answerable=bool(row.get("answerable", expect in ("", "answer"))),
            ending=row.get("ending", "clarification" if expect == "ask_back" else ""),
            clauses=tuple((gold["document"], gold.get("clause", "")) for gold in row.get("clauses", ())),
            relevant=frozenset(_flat(row.get("relevant_groups") or row.get("relevant") or [])),
            figures=tuple(row.get("figures", ())),
            answer=str(row.get("answer") or "") if not isinstance(row.get("answer"), list) else "",
            checklist=tuple(row.get("checklist") or _short_answers(row)),
            kinds=tuple(row.get("kinds", [expect] if expect else ())),
            expect=expect,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{path}: row {row.get('id', '?')}: {error!r}; see evals/tasks/answer/cases.py") from error


def _short_answers(row: Mapping[str, Any]) -> list[str]:
    """A list of answers asks for each of them: a name, a date, a number."""
    return [str(one) for one in row["answer"]] if isinstance(row.get("answer"), list) else []


def _flat(ids: Any) -> Iterator[str]:
    for item in ids:
        yield from _flat(item) if isinstance(item, list) else (str(item),)
