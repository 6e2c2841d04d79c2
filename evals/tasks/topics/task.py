"""Groups messages and says how many pairs of a group belong together.

Rows are ``{id, title?, content? | text}``. Truth is the row's ``event`` where it has one. For the public set of messages, which has
none, ``judgements.jsonl`` beside this file holds what a person judged after reading: (id, event), no texts. Judged are all
members of the twenty largest groups, all messages that name one of two estates, and look-alikes that are something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.similarity.topics import Message, TooMany, group_topics
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions, TaskResult
from evals.files import read_rows
from evals.measures import Mean, figures_of
from evals.pooled_measures import PairFigure
from evals.whole_run import whole_outputs

JUDGEMENTS = Path(__file__).with_name("judgements.jsonl")
LARGEST = 20
READ = ("id", "title", "content", "text")
MEASURES: tuple[Measure, ...] = (
    *(PairFigure(f"pair_{figure}", figure) for figure in ("precision", "recall", "f1")),
    PairFigure("largest_pair_precision", "precision", said="largest"),
    Mean("largest_judged"),
)
Row = Mapping[str, Any]


class TopicsTask:
    """Options with ``--set``: event (the field that holds the truth, default ``event``)."""

    name = "topics"

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError``."""
        rows = list(read_rows(options.dataset, options.limit))
        inputs = [{name: row[name] for name in READ if name in row} for row in rows]
        outputs, seconds, reused = whole_outputs("topics", {}, inputs, options, lambda: _grouped(rows, options.dataset))
        said = {one["id"]: one["cluster"] for one in outputs}
        true = events_of(rows, options.extra.get("event", "event"))
        cases = scores_of(said, true)
        return TaskResult(
            n=len(rows),
            metrics=figures_of(cases, MEASURES) | sizes_of(said) | {"seconds": seconds},
            latency={},
            config={"judged": len(true)},
            predictions=outputs,
            failures=failures_of(said, true),
            cases=cases,
            measures=MEASURES,
            reused=reused,
        )


def _grouped(rows: Sequence[Row], path: Path) -> list[Row]:
    return [{"id": key, "cluster": group} for key, group in groups_of(rows, path).items()]


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


def scores_of(said: Mapping[str, int], true: Mapping[str, str]) -> list[CaseScore]:
    """One per message. A group is named by its first message, so that one that stays as it was keeps its name in another run.

    Values, where the message is judged: the share of its group that tells of its event (``in_group``), and of its event that is
    in its group (``of_event``); a message that is alone in either says nothing.
    """
    names: dict[int, str] = {}
    for key, group in said.items():
        names.setdefault(group, key)
    shown = {group for group, _ in Counter(said.values()).most_common(LARGEST)}
    shares = _shares(said, true)
    return [
        CaseScore(
            key,
            _judged(key, group in shown, true) | shares.get(key, {}),
            labels=_labels(key, names[group], group in shown, true),
        )
        for key, group in said.items()
    ]


def _judged(key: str, shown: bool, true: Mapping[str, str]) -> dict[str, float]:
    return {"largest_judged": float(key in true)} if shown else {}


def _labels(key: str, name: str, shown: bool, true: Mapping[str, str]) -> dict[str, str]:
    return {"gold": true.get(key, ""), "said": name} | ({"largest": name} if shown else {})


def _shares(said: Mapping[str, int], true: Mapping[str, str]) -> dict[str, dict[str, float]]:
    judged = [key for key in said if key in true]
    groups, events = Counter(said[key] for key in judged), Counter(true[key] for key in judged)
    both = Counter((said[key], true[key]) for key in judged)
    found: dict[str, dict[str, float]] = {}
    for key in judged:
        others = both[said[key], true[key]] - 1
        sizes = {"in_group": groups[said[key]] - 1, "of_event": events[true[key]] - 1}
        found[key] = {name: others / size for name, size in sizes.items() if size}
    return found


def sizes_of(said: Mapping[str, int]) -> dict[str, float]:
    """How many groups, how much stands in groups of three or more, and the pairs of the largest groups, which are read."""
    sizes = Counter(said.values())
    largest = [size for _, size in sizes.most_common(LARGEST)]
    return {
        "groups": float(len(sizes)),
        "in_groups_of_3": float(sum(size for size in sizes.values() if size >= 3)),
        "largest_pairs": float(sum(size * (size - 1) // 2 for size in largest)),
    }


def failures_of(said: Mapping[str, int], true: Mapping[str, str]) -> list[dict[str, Any]]:
    """Groups that hold more than one event, each by the first of its messages that is judged."""
    events: dict[int, Counter[str]] = {}
    first: dict[int, str] = {}
    for key, group in said.items():
        if key in true:
            first.setdefault(group, key)
            events.setdefault(group, Counter())[true[key]] += 1
    return [
        {"id": first[group], "cluster": group, "events": dict(found)}
        for group, found in events.items()
        if len(found) > 1
    ]
