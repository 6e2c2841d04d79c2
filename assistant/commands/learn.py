"""``hotline learn``: models and similar orders from a city's own labelled orders, and a check whether they still fit."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import add_json, building
from assistant.json_lines import NotAnObject

if TYPE_CHECKING:
    from assistant.domain.catalogue import Catalogue
    from assistant.domain.feedback import Correction

EXAMPLES = """learn category, type and unit models from labelled orders

examples: hotline learn --history orders.xlsx --out var/models
          hotline learn --history orders.jsonl --corrections --out var/models
          hotline learn --check var/models --against this_month.jsonl"""


@dataclass(frozen=True)
class LearnCommand:
    help: str = EXAMPLES

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--history",
            type=Path,
            action="append",
            default=[],
            help=".csv .tsv .xlsx .jsonl, the text formats also .gz; repeatable",
        )
        parser.add_argument(
            "--corrections", action="store_true", help="learn also from upheld objections and people's corrections"
        )
        parser.add_argument("--out", type=Path, help="folder for the models and card.md")
        parser.add_argument("--check", type=Path, metavar="DIR", help="a folder that was learned before")
        parser.add_argument("--against", type=Path, metavar="FILE", help="newer orders to compare it with")
        add_json(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        if arguments.check and arguments.against:
            return check(arguments.check, arguments.against, arguments.json)
        if (arguments.history or arguments.corrections) and arguments.out:
            taught = read_corrections(arguments) if arguments.corrections else []
            return learn_from(arguments.history, arguments.out, arguments.json, taught)
        raise UsageError("give --history FILE (or --corrections) and --out DIR, or --check DIR and --against FILE")


def read_corrections(arguments: argparse.Namespace) -> list[Correction]:
    """What people set right, from the database of work orders."""
    from assistant.commands.order_terminal import work_orders

    with work_orders(arguments) as opened:
        return opened.corrections.corrections()


def learn_from(files: list[Path], out: Path, as_json: bool, corrections: Sequence[Correction] = ()) -> int:
    from assistant.adapters.catalogue_files import load_catalogue
    from assistant.city_pack import city_pack_folder
    from assistant.learning.corrections import with_corrections
    from assistant.learning.folder import CARD, learn
    from assistant.learning.views import LearningUnavailable

    read = [row for file in files for row in read_rows(file)]
    with building():
        catalogue = load_catalogue(city_pack_folder(None) / "catalogue")
    rows = with_corrections(read, corrections, catalogue)
    if corrections:
        print(f"{len(rows) - len(read):+d} rows by {len(corrections)} corrections", file=sys.stderr)
    try:
        learned = learn(rows, out, catalogue)
    except (ValueError, LearningUnavailable) as error:
        raise CommandFailed(str(error)) from error
    compared = index_history(read, out, catalogue)
    if as_json:
        told = {"out": str(out), "rows": len(rows), "models": [asdict(one) for one in learned]}
        print(json.dumps(told | {"similar_orders": compared}, ensure_ascii=False))
    else:
        print((out / CARD).read_text(encoding="utf-8"), end="")
        print(f"可比对的历史工单：{compared} 件")
    return 0


def index_history(rows: Sequence[Mapping[str, Any]], out: Path, catalogue: Catalogue) -> int:
    """Writes the index of similar orders beside the models; how many orders it holds. Texts are masked."""
    from assistant.bootstrap.history import FOLDER
    from assistant.bootstrap.orders import mask
    from assistant.domain.unit_directory import UnitDirectory
    from assistant.similarity.from_rows import past_orders
    from assistant.similarity.order_index import OrderIndex
    from assistant.similarity.storage import save
    from retrieval.static_embedding import default_embedding

    directory = UnitDirectory.of(catalogue)
    index = OrderIndex.empty(default_embedding().dimension)
    index.add(past_orders(rows, lambda name: directory.find(name) if name else None, mask))
    save(index, out / FOLDER)
    return len(index)


def check(folder: Path, file: Path, as_json: bool) -> int:
    """Compares each model's first statistics with those of the newer orders; nothing is written."""
    from assistant.learning.drift import Statistics, compare, statistics_of
    from assistant.learning.examples import as_example
    from assistant.learning.folder import TARGETS
    from assistant.learning.storage import ModelUnusable, load, read_model

    rows, found = list(read_rows(file)), [target for target in TARGETS if (folder / target).is_dir()]
    if not rows or not found:
        raise CommandFailed(f"{folder} 里没有模型，或者 {file} 是空的。")
    report = {}
    try:
        for target in found:
            facts = read_model(folder / target)["facts"]
            if facts["drift"] is None:
                raise CommandFailed(f"{target} 的历史工单太少，没有可以比较的统计；请用更多工单重新学习。")
            examples = [as_example(row, facts["field"], number) for number, row in enumerate(rows)]
            drift = compare(Statistics(**facts["drift"]), statistics_of(examples, load(folder / target)))
            report[target] = {**asdict(drift), "drifted": drift.drifted}
    except ModelUnusable as error:
        raise CommandFailed(str(error)) from error
    print(json.dumps(report, ensure_ascii=False) if as_json else drift_table(report))
    return 0


def drift_table(report: dict[str, dict[str, Any]]) -> str:
    lines = ["模型        标签分布变化  把握变化  已知词变化  结论"]
    for target, drift in report.items():
        verdict = "已漂移，建议重新学习" if drift["drifted"] else "仍然适用"
        figures = f"{drift['label_shift']:12.3f}{drift['confidence_change']:10.3f}{drift['known_change']:12.3f}"
        lines.append(f"{target:<10}{figures}  {verdict}")
    return "\n".join(lines)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    from assistant.adapters.labelled_rows import labelled_rows
    from assistant.adapters.order_files import FileRefused

    try:
        yield from labelled_rows(path)
    except FileRefused as error:
        raise CommandFailed(str(error)) from error
    except NotAnObject as error:
        wrong = f"不是 JSON：{error.problem}" if error.problem else "不是 JSON 对象。"
        raise CommandFailed(f"{path} 第{error.line}行{wrong}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{path} 不能读取：{error}") from error


COMMAND = LearnCommand()
