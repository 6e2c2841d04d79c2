"""``hotline evals harvest``: what people made of drafts becomes candidates for the datasets, for a person to review."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.options import HOTLINE_ZONE, iso_day
from assistant.commands.order_terminal import work_orders
from evals.harvest.candidates import Review, candidates_of, merge, read_candidates, write_candidates

if TYPE_CHECKING:
    from assistant.domain.feedback import Feedback
    from assistant.ports.feedback import FeedbackBook

help = "collect accepted, edited and rejected drafts as candidates for the datasets"
EPILOG = "example: hotline evals harvest --from 2026-10-01 --out candidates.jsonl (then: hotline evals review)"
PAGE = 500
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="candidates.jsonl; decisions already in it are kept")
    parser.add_argument("--from", dest="first", type=iso_day, metavar="YYYY-MM-DD", help="first day (default: all)")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``, ``CommandFailed``."""
    known = read_candidates(arguments.out) if arguments.out.exists() else []
    with work_orders(arguments) as opened:
        found = list(candidates_of(feedback_since(opened.feedback.book, _begin(arguments.first))))
    merged = merge(known, found)
    write_candidates(arguments.out, merged)
    pending = sum(one.review is Review.PENDING for one in merged)
    print(f"{len(merged) - len(known)} new candidates, {pending} to review: hotline evals review {arguments.out}")
    return 0


def _begin(first: date | None) -> datetime:
    return datetime(first.year, first.month, first.day, tzinfo=HOTLINE_ZONE) if first else ALWAYS


def feedback_since(book: FeedbackBook, first: datetime) -> Iterator[Feedback]:
    """All feedback from ``first`` on, oldest first, page by page."""
    from assistant.ports.feedback import FeedbackQuery

    before, after = datetime.now(UTC), None
    while page := book.rows(FeedbackQuery(first, before, after=after, limit=PAGE)):
        yield from page
        after = page[-1].id
