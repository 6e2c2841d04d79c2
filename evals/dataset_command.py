"""``hotline dataset export``: a de-identified instruction-tuning and test set with a datasheet, for a city to publish or train on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.options import HOTLINE_ZONE, iso_day

if TYPE_CHECKING:
    from assistant.bootstrap.orders import WorkOrders
    from evals.harvest.records import Record

HELP = """write reviewed candidates and closed orders as a de-identified instruction-tuning and test set with its datasheet

examples:
  hotline dataset export --candidates candidates.jsonl --out edition-1
  hotline dataset export --orders --from 2026-01-01 --out edition-2"""
PAGE = 200


@dataclass(frozen=True)
class DatasetCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="write train.jsonl, test.jsonl, DATASHEET.md, SHA256SUMS")
        export.add_argument("--candidates", type=Path, action="append", default=[], help="reviewed files; repeatable")
        export.add_argument("--orders", action="store_true", help="closed orders too (confidential ones never)")
        export.add_argument("--from", dest="first", type=iso_day, metavar="YYYY-MM-DD", help="orders from this day")
        export.add_argument("--city", default="本市", help="whose hotline, for the datasheet")
        export.add_argument("--out", type=Path, required=True, help="a new folder for this edition")

    def execute(self, arguments: argparse.Namespace) -> int:
        from evals.contracts import DatasetError

        try:
            return _export(arguments)
        except DatasetError as error:
            print(error, file=sys.stderr)
            return 2


def _export(arguments: argparse.Namespace) -> int:
    from assistant.adapters.catalogue_files import load_catalogue
    from assistant.city_pack import city_pack_folder
    from assistant.domain.gazetteer import Gazetteer
    from evals.harvest.candidates import read_candidates
    from evals.harvest.export import prepare, write
    from evals.harvest.records import from_candidates, without_identity

    records = [record for path in arguments.candidates for record in from_candidates(read_candidates(path))]
    records += _order_records(arguments) if arguments.orders else []
    gazetteer = Gazetteer.of(load_catalogue(city_pack_folder() / "catalogue"))
    exported = prepare([without_identity(record, gazetteer) for record in records])
    period = f"{arguments.first}起" if arguments.first else "全部"
    for path in write(arguments.out, exported, period, arguments.city):
        print(path)
    print(
        f"{len(exported.train)} train, {len(exported.test)} test; left out: {dict(exported.dropped)}", file=sys.stderr
    )
    return 0


def _order_records(arguments: argparse.Namespace) -> list[Record]:
    from assistant.commands.order_terminal import work_orders
    from evals.harvest.records import from_order

    with work_orders(arguments) as opened:
        orders = (opened.store.load(name) for name in _closed(opened, arguments.first))
        units = {unit.id: unit.name for unit in opened.desk.policy.units.values()}
        return [record for order in orders if order for record in from_order(order, units)]


def _closed(opened: WorkOrders, first: date | None) -> Iterator[str]:
    """Ids of closed orders that are not confidential, page by page."""
    from assistant.domain.work_order import OrderState
    from assistant.ports.orders import OrderQuery

    begin = datetime(first.year, first.month, first.day, tzinfo=HOTLINE_ZONE) if first else None
    after = None
    while page := opened.store.find(OrderQuery(OrderState.CLOSED, received_from=begin, after=after, limit=PAGE)):
        yield from (row.id for row in page if not row.confidential)
        after = page[-1].id


COMMAND = DatasetCommand()
