"""No case stands on both sides of a split: every set is checked by what makes a case in it, and for near copies of texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.files import read_rows
from evals.harvest.export import near_copies

Row = Mapping[str, Any]
FOLDER = Path(__file__).resolve().parents[3] / "evals" / "datasets"
_NUMBERS = re.compile(r"[0-9０-９零〇一二三四五六七八九十]+")


def documents(row: Row) -> Iterable[str]:
    """The documents that answer: of a question its clauses', of a conversation those of all its turns."""
    cited = [gold["document"] for gold in row.get("clauses", ())]
    return [*cited, *(name for turn in row.get("turns", ()) for name in turn["documents"])]


def template(row: Row) -> Iterable[str]:
    """A text without what was marked in it and without its numbers: what it was made from."""
    text = row["text"]
    for span in sorted(row["spans"], key=lambda span: -span["start"]):
        text = f"{text[: span['start']]}<{span['kind']}>{text[span['end'] :]}"
    return [_NUMBERS.sub("0", text)]


def matter(row: Row) -> Iterable[str]:
    return [row["id"].rsplit("-", 1)[0]]


def place(row: Row) -> Iterable[str]:
    return [row["place"]]


def question(row: Row) -> Iterable[str]:
    before = [*(one["text"] for one in row.get("transcript", ())), *(one["content"] for one in row.get("history", ()))]
    return [" ".join(filter(None, [*before, row.get("text"), row.get("question"), row.get("title")]))]


CASES: Mapping[str, Callable[[Row], Iterable[str]]] = {
    "inquiries": documents,
    "conversations": documents,
    "personal_data": template,
    "official_numbers": template,
    "order_pairs": matter,
    "addresses": place,
}
TEXTS = (
    "appeals",
    "diversions",
    "first_sight_questions",
    "attacks",
    "lookalikes",
    "first_sight_harmless",
    "first_sight_emergencies_2",
    "first_sight_appeals",
    "first_sight_asking",
    "safety_bank",
    "follow_up_calls",
    "extractions",
    "reply_drafts",
    "inquiries",
    "first_sight_emergencies",
)
ALLOWED = {("不满意", "很不满意")}
"""Answers of three characters to a question that has five possible ones."""


def sides(name: str, cases_of: Callable[[Row], Iterable[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(FOLDER / f"{name}.jsonl"):
        for case in cases_of(row):
            found[case].add(row["split"])
    return found


@pytest.mark.parametrize("name", CASES)
def test_no_case_stands_on_both_sides(name: str) -> None:
    both = [case for case, splits in sides(name, CASES[name]).items() if len(splits) > 1]
    assert not both


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_has_a_near_copy_on_the_other_side(name: str) -> None:
    found = sides(name, question)
    copies = [pair for pair in near_copies(list(found)) if found[pair[0]] != found[pair[1]]]
    assert not {tuple(sorted(pair)) for pair in copies} - ALLOWED
    assert all(len(splits) == 1 for splits in found.values())


def test_what_teaches_the_danger_model_is_no_near_copy_of_what_measures_it() -> None:
    taught = {row["text"] for row in read_rows(FOLDER / "danger_train.jsonl")}
    measured = {row["text"] for row in read_rows(FOLDER / "emergencies.jsonl")}
    for row in read_rows(FOLDER / "first_sight_emergencies.jsonl"):
        (taught if row["split"] == "dev" else measured).add(row["text"])
    copies = near_copies([*taught, *measured])
    assert not [pair for pair in copies if (pair[0] in taught) != (pair[1] in taught)]


def test_what_trains_the_guards_is_no_near_copy_of_what_they_meet_at_first_sight() -> None:
    taught = {row["text"] for name in ("attacks", "lookalikes") for row in read_rows(FOLDER / f"{name}.jsonl") if row["split"] == "dev"}  # fmt: skip
    rows = list(read_rows(FOLDER / "first_sight.jsonl"))
    copies = near_copies([*taught, *(row["text"] for row in rows)])
    assert not [pair for pair in copies if (pair[0] in taught) != (pair[1] in taught)]
    assert {row["split"] for row in rows} == {"test"}


def test_questions_for_development_ask_nothing_of_the_test_half() -> None:
    held_back = {name for name, splits in sides("inquiries", documents).items() if "test" in splits}
    development = sides("citizen_questions", documents)
    assert not held_back & set(development)
    assert {split for splits in development.values() for split in splits} == {"dev"}


def test_every_set_with_a_split_is_checked() -> None:
    split = {path.stem for path in FOLDER.glob("*.jsonl") if "split" in next(read_rows(path, 1))}
    assert split == {*CASES, *TEXTS, "citizen_questions", "emergencies", "first_sight"}
