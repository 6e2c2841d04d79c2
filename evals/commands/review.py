"""``hotline evals review FILE``: a person approves or rejects candidates; nothing is used before."""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.contracts import DatasetError
from evals.harvest.candidates import Candidate, Review, read_candidates, review, write_candidates

help = "list candidates to review, approve or reject them by id"
EPILOG = "example: hotline evals review candidates.jsonl --approve answer-0a1b2c3d4e5f --by 王复核"
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="candidates.jsonl of hotline evals harvest")
    parser.add_argument("--approve", nargs="+", default=[], metavar="ID")
    parser.add_argument("--reject", nargs="+", default=[], metavar="ID")
    parser.add_argument("--by", default="", help="who decides; needed to approve or reject")
    parser.add_argument("--note", default="", help="why")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``."""
    candidates = read_candidates(arguments.file)
    if not (arguments.approve or arguments.reject):
        print(listing(candidates))
        return 0
    if not arguments.by.strip():
        raise DatasetError("say who decides: --by NAME")
    for ids, verdict in ((arguments.approve, Review.APPROVED), (arguments.reject, Review.REJECTED)):
        candidates = review(candidates, ids, verdict, arguments.by, arguments.note)
    write_candidates(arguments.file, candidates)
    print(f"{len(arguments.approve)} approved, {len(arguments.reject)} rejected")
    return 0


def listing(candidates: list[Candidate]) -> str:
    pending = [one for one in candidates if one.review is Review.PENDING]
    lines = [line for one in pending[:SHOWN] for line in _lines(one)]
    return "\n".join([f"{len(pending)} to review of {len(candidates)}", *lines])


def _lines(one: Candidate) -> list[str]:
    told = {
        "input": one.input,
        "proposed": one.proposed,
        "expected": one.expected or "（待填写）",
        "reason": one.reason,
    }
    return [f"{one.id}  {one.verdict}", *(f"    {name:<9}{text}" for name, text in told.items() if text)]
