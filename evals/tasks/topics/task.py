"""Groups messages and says how many pairs of a group belong together.

Rows are ``{id, title?, content? | text}``. Truth is the row's ``event`` where it has one. For the public set of messages, which has
none, ``judgements.jsonl`` beside this file holds what a person judged after reading: (id, event), no texts. Judged are all
members of the twenty largest groups, all messages that name one of two estates, and look-alikes that are something else.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.similarity.topics import Message, TooMany, group_topics
from evals.contracts import DatasetError, RunOptions, TaskResult
from evals.files import read_rows
from evals.metrics.clusters import pair_counts

JUDGEMENTS = Path(__file__).with_name("judgements.jsonl")
LARGEST = 20
Row = Mapping[str, Any]


class TopicsTask:
    """Options with ``--set``: event (the field that holds the truth, default ``event``)."""

    name = "topics"

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError``."""
        rows = list(read_rows(options.dataset, options.limit))
        began = time.perf_counter()
        said = groups_of(rows, options.dataset)
        seconds = time.perf_counter() - began
        true = events_of(rows, options.extra.get("event", "event"))
        return TaskResult(
            n=len(rows),
            metrics=metrics_of(said, true) | {"seconds": seconds},
            latency={},
            config={"judged": len(true)},
            predictions=[{"id": key, "cluster": group} for key, group in said.items()],
            failures=failures_of(said, true),
        )


def groups_of(rows: Sequence[Row], path: Path) -> dict[str, int]:
    """Group by id. Raises ``DatasetError`` for a row without text, for too many rows and for ids that repeat."""
    messages = [Message(str(row.get("title") or ""), str(row.get("content") or row.get("text") or "")) for row in rows]
    empty = next((at for at, message in enumerate(messages, 1) if not (message.title or message.content)), None)
    if not rows or empty:
        raise DatasetError(f"{path}:{empty or 1}: a row needs title, content or text")
    ids = [str(row.get("id", number)) for number, row in enumerate(rows)]
    if len(set(ids)) < len(ids):
        raise DatasetError(f"{path}: the id {Counter(ids).most_common(1)[0][0]!r} occurs more than once")
    try:
        return dict(zip(ids, group_topics(messages).tolist(), strict=True))
    except TooMany as error:
        raise DatasetError(f"{path}: {error}") from error


def events_of(rows: Sequence[Row], field: str) -> dict[str, str]:
    own = {str(row.get("id", number)): str(row[field]) for number, row in enumerate(rows) if row.get(field) is not None}
    return own or {str(row["id"]): str(row["event"]) for row in read_rows(JUDGEMENTS)}


def metrics_of(said: Mapping[str, int], true: Mapping[str, str]) -> dict[str, float]:
    """``largest_*``: the largest groups alone, as they are read; the others over everything that was judged."""
    whole = pair_counts(said, true)
    sizes = Counter(said.values())
    largest = {group for group, _ in sizes.most_common(LARGEST)}
    shown = {key: group for key, group in said.items() if group in largest}
    judged = sum(key in true for key in shown)
    together = pair_counts(shown, true)
    return {
        "groups": float(len(sizes)),
        "in_groups_of_3": float(sum(size for size in sizes.values() if size >= 3)),
        "largest_pair_precision": together.precision,
        "largest_pairs": float(together.said),
        "largest_judged": judged / len(shown) if shown else 0.0,
        "pair_precision": whole.precision,
        "pair_recall": whole.recall,
        "pair_f1": whole.f1,
    }


def failures_of(said: Mapping[str, int], true: Mapping[str, str]) -> list[dict[str, Any]]:
    """Groups that hold more than one event."""
    events: dict[int, Counter[str]] = {}
    for key, group in said.items():
        if key in true:
            events.setdefault(group, Counter())[true[key]] += 1
    return [{"cluster": group, "events": dict(found)} for group, found in events.items() if len(found) > 1]
