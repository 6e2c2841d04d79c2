"""``hotline orders import``: another system's orders from a file, every row accounted for."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import add_json
from assistant.commands.order_terminal import operator, work_orders


def add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=".csv .tsv .xlsx .jsonl, the text formats also .gz")
    parser.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column is; repeatable"
    )
    parser.add_argument("--sheet", help="sheet of an .xlsx (default: the first)")
    parser.add_argument("--label", action="append", default=[], help="put on every order, e.g. 演示数据; repeatable")
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help="write rows that were not taken here, with reasons"
    )
    parser.add_argument("--dry-run", action="store_true", help="read and check the whole file, store nothing")
    add_json(parser)
    parser.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    from assistant.adapters.order_files import FileRefused
    from assistant.adapters.order_importer import MappingRefused, import_orders, write_rejected

    given = dict(_pair(text) for text in arguments.map)
    began = time.perf_counter()
    with work_orders(arguments) as opened:
        try:
            report = import_orders(
                arguments.file,
                opened.store,
                opened.catalogue,
                operator(),
                given=given,
                secret=opened.secret,
                labels=tuple(arguments.label),
                sheet=arguments.sheet,
                progress=_counting("rows"),
                dry_run=arguments.dry_run,
            )
        except (FileRefused, MappingRefused) as error:
            raise CommandFailed(str(error)) from error
    seconds = time.perf_counter() - began
    if arguments.rejects:
        write_rejected(arguments.rejects, report.rejected)
    told = asdict(report) | {"rejected": [{"line": bad.line, "reason": bad.reason} for bad in report.rejected]}
    told |= {
        "stored": not arguments.dry_run,
        "seconds": round(seconds, 2),
        "per_second": round(report.imported / seconds),
    }
    _tell_import(told, arguments)
    return 1 if report.rejected else 0


def _tell_import(told: dict[str, Any], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    read = "、".join(f"{column}→{target}" for column, target in told["mapping"].items() if target != "-")
    print(f"columns: {read}", file=sys.stderr)
    print(
        f"{told['rows']} rows: {told['imported']} {'imported' if told['stored'] else 'to import (dry run)'}, {told['already_there']} already there, "
        f"{told['repeated']} repeated in the file, {len(told['rejected'])} rejected; "
        f"{told['seconds']} s, {told['per_second']} orders/s"
    )
    for bad in told["rejected"][:50]:
        print(f"  line {bad['line']}: {bad['reason']}", file=sys.stderr)
    if len(told["rejected"]) > 50:
        print(f"  and {len(told['rejected']) - 50} more; --rejects FILE keeps them all", file=sys.stderr)


def _pair(text: str) -> tuple[str, str]:
    column, found, target = text.rpartition("=")
    if not found or not column or not target:
        raise UsageError(f"--map {text!r}: write COLUMN=FIELD, e.g. 诉求描述=content; FIELD - leaves a column out")
    return column, target


def _counting(what: str) -> Any:
    if not sys.stderr.isatty():
        return None
    return lambda done: print(f"\r{done} {what}", end="", file=sys.stderr, flush=True)
