"""What one run of ``hotline learn`` leaves behind: a model per kind of label, with a card a person can judge it by."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.domain.catalogue import Catalogue
from assistant.learning.drift import Statistics, statistics_of
from assistant.learning.examples import Example, as_example
from assistant.learning.fitting import FitOptions, Fitted, fit
from assistant.learning.profiles import LabelProfile, bare_profiles, unit_profiles
from assistant.learning.storage import save

TARGETS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "units"),
    "category": ("category", "label"),
    "type": ("type",),
    "district": ("district",),
}
CARD = "card.md"


@dataclass(frozen=True)
class Learned:
    """One model of the run: which field taught it, how many rows, what it reached on rows it had not seen."""

    target: str
    field: str
    rows: int
    labels: int
    held_back: Mapping[str, float]


def learn(
    rows: Sequence[Mapping[str, Any]], folder: Path, catalogue: Catalogue | None, options: FitOptions | None = None
) -> list[Learned]:
    """Fits a model per target that ``rows`` carry and writes ``folder/<target>`` and the card.

    Raises:
        ValueError: no target has two labels and four rows.
        LearningUnavailable: scikit-learn is missing.
    """
    options = options or FitOptions()
    learned = [_learn_one(target, field, rows, folder, catalogue, options) for target, field in targets_in(rows)]
    if not learned:
        raise ValueError(
            "no field of " + ", ".join(name for names in TARGETS.values() for name in names) + " has two labels"
        )
    (folder / CARD).write_text(card(learned, rows, options), encoding="utf-8")
    return learned


def targets_in(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    rows = list(rows)
    for target, fields in TARGETS.items():
        for field in fields:
            labels = [example.label for row in rows if (example := as_example(row, field)).labels]
            if len(set(labels)) >= 2 and len(labels) >= 4:
                yield target, field
                break


def _learn_one(
    target: str,
    field: str,
    rows: Sequence[Mapping[str, Any]],
    folder: Path,
    catalogue: Catalogue | None,
    options: FitOptions,
) -> Learned:
    examples = [example for number, row in enumerate(rows) if (example := as_example(row, field, number)).labels]
    fitted = fit(examples, profiles_for(target, examples, catalogue), options)
    learned = Learned(target, field, fitted.rows, len(fitted.classifier.labels), fitted.held_back)
    statistics = expected_statistics(target, examples, catalogue, options)
    save(fitted.classifier, folder / target, facts_of(learned, fitted, examples, options, statistics))
    return learned


def expected_statistics(
    target: str, examples: Sequence[Example], catalogue: Catalogue | None, options: FitOptions
) -> Statistics | None:
    """What new texts look like to a model: a fifth of the history judged by a model of the rest; None if that is too little.

    A model's own training texts would look better known and surer than any new text can be.
    """
    shuffled = np.random.default_rng(options.seed).permutation(len(examples))
    held, rest = np.sort(shuffled[: len(examples) // 5]), np.sort(shuffled[len(examples) // 5 :])
    known = [examples[row] for row in rest]
    if not len(held) or len({example.label for example in known}) < 2:
        return None
    classifier = fit(known, profiles_for(target, known, catalogue), options).classifier
    return statistics_of([examples[row] for row in held], classifier)


def profiles_for(target: str, examples: Sequence[Example], catalogue: Catalogue | None) -> tuple[LabelProfile, ...]:
    labels = sorted({example.label for example in examples})
    if target == "unit" and catalogue is not None:
        return unit_profiles(labels, catalogue)
    return bare_profiles(labels)


def facts_of(
    learned: Learned, fitted: Fitted, examples: Sequence[Example], options: FitOptions, statistics: Statistics | None
) -> dict[str, Any]:
    return {
        "target": learned.target,
        "field": learned.field,
        "rows": learned.rows,
        "held_back": fitted.held_back,
        "view_weights": fitted.view_weights,
        "options": asdict(options),
        "counts": dict(Counter(example.label for example in examples).most_common()),
        "drift": statistics and asdict(statistics),
    }


def data_hash(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the rows in their order: the same history gives the same model."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode())
    return digest.hexdigest()


def card(learned: Sequence[Learned], rows: Sequence[Mapping[str, Any]], options: FitOptions) -> str:
    lines = [
        "# 模型卡",
        "",
        f"- 历史工单：{len(rows)} 行，SHA-256 {data_hash(rows)}",
        f"- 随机种子：{options.seed}；同样的历史得到同样的模型",
        "- 下表各项在模型没有见过的行上测得（五折或者三折）；95%精度覆盖率：最有把握的那部分里，至少95%正确时能覆盖多少",
        "- 用途：给坐席提出建议，由人确认；不得自动派单。历史工单里的偏差会被学到。",
        "",
        "| 模型 | 字段 | 行数 | 标签数 | 首选正确 | 前三正确 | macro-F1 | 95%精度覆盖率 | 校准误差 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    names = ("top1", "top3", "macro_f1", "coverage_at_95", "calibration_error")
    for one in learned:
        figures = " | ".join(f"{one.held_back[name]:.3f}" for name in names)
        lines.append(f"| {one.target} | {one.field} | {one.rows} | {one.labels} | {figures} |")
    return "\n".join(lines) + "\n"
