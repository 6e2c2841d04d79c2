"""The public data sets that tests and evaluations may read where they lie (``HOTLINE_SHARED_DATA``); none is part of the project.

``load`` gives the rows of a set by name. ``SETS`` says of each how many rows and which fields it has, which task reads it, and
whether it may only be evaluated on (no stated licence: nothing that was fitted on it is released).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.contracts import DatasetError
from evals.files import read_rows


@dataclass(frozen=True, slots=True)
class SharedSet:
    """``tasks``: what ``hotline evals run`` reads it with, as dataset, corpus or history."""

    rows: int
    fields: str
    tasks: tuple[str, ...]
    evaluation_only: bool = True


_SEARCHED = ("retrieve", "refuse", "answer")
SETS: Mapping[str, SharedSet] = {
    "corpus/laws.jsonl.gz": SharedSet(3475, "id title text region", _SEARCHED, False),
    "corpus/laws_articles.jsonl.gz": SharedSet(147_288, "id docid law article text", _SEARCHED, False),
    "corpus/hebei.jsonl.gz": SharedSet(1462, "id title text", _SEARCHED, False),
    "corpus/ncp.jsonl": SharedSet(599, "id text", _SEARCHED),
    "corpus/district_plan.jsonl": SharedSet(1, "id title text", ("answer",), False),
    "retrieve/lecoqa.jsonl": SharedSet(636, "id question relevant relevant_groups", _SEARCHED, False),
    "retrieve/ncp.jsonl": SharedSet(520, "id question relevant", _SEARCHED),
    "classify/taidi.jsonl": SharedSet(860, "id title content label", ("classify",)),
    "classify/train_segmented.jsonl.gz": SharedSet(8297, "id tokens label", ("classify",)),
    "classify/taxonomy.jsonl": SharedSet(517, "l1 l2 l3", ("classify",)),
    "replies/taidi.jsonl": SharedSet(1366, "id title content reply", ("draft_reply", "retrieve")),
    "topics/messages.jsonl.gz": SharedSet(4215, "id title content", ("topics",)),
    "tickets/fuzhou.jsonl": SharedSet(663, "id title content type", ("classify",)),
    "route/beijing_letters.jsonl": SharedSet(820, "id title content units", ("route",)),
    "route/taipei.jsonl": SharedSet(5382, "id title units", ("route",)),
    "screen/screen.jsonl": SharedSet(5039, "id text attack category kind", ("screen",), False),
    "screen/safetybench_mcq.jsonl": SharedSet(
        2100, "id category question options answer", ("safety_knowledge",), False
    ),
    "similar/bq_dev.jsonl": SharedSet(10_000, "q1 q2 label", ("duplicates",)),
    "similar/lcqmc_dev.jsonl": SharedSet(8802, "q1 q2 label", ("duplicates",)),
    "similar/ncov_dev.jsonl": SharedSet(2002, "q1 q2 label", ("duplicates",)),
    "similar/ncov_train.jsonl": SharedSet(8747, "q1 q2 label", ("duplicates",)),
    "address/train.jsonl": SharedSet(8957, "text tags", ("extract",)),
    "address/dev.jsonl": SharedSet(2985, "text tags", ("extract",)),
    "qa/hsinchu_faq.jsonl": SharedSet(327, "id question answer category", ("retrieve", "classify")),
    "qa/lawbench_3-8.jsonl": SharedSet(500, "id question answer", ("answer",), False),
    "qa/affairqa.jsonl": SharedSet(183, "id question answer", ("answer", "retrieve"), False),
    "qa/affairqa_kb.jsonl.gz": SharedSet(20_358, "table", ("answer", "retrieve"), False),
}


def load(name: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of the set ``name`` under ``folder``.

    Raises:
        DatasetError: no set has that name, its file is missing, or a row lacks a field that the tasks use.
    """
    if name not in SETS:
        raise DatasetError(f"no public set {name!r}; one of: {', '.join(SETS)}")
    wanted = set(SETS[name].fields.split())
    for number, row in enumerate(read_rows(folder / name), start=1):
        if lacking := wanted - row.keys():
            raise DatasetError(f"{name}:{number}: lacks {', '.join(sorted(lacking))}")
        yield row
