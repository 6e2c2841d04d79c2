"""``hotline orders import``: rows in, searchable masked orders out, a report of every row that was not taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.order_files import RawRow, read_rows
from assistant.adapters.order_text_search import token_sets
from assistant.adapters.sql_bulk import ReadyOrder, ready_order, write_ready
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_projection import search_text
from assistant.adapters.worker_pool import in_order
from assistant.domain.appellant_key import appellant_key
from assistant.domain.catalogue import STREET
from assistant.domain.identifiers import new_id
from assistant.domain.order_import import (
    FIELDS,
    IGNORED,
    RowRefused,
    Words,
    columns_digest,
    masked,
    order_of,
    propose_mapping,
)
from assistant.domain.order_masking import knowing
from assistant.domain.pii import TokenNumbering, redact
from assistant.domain.unit_directory import UnitDirectory
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor, OrderEvent
from assistant.domain.work_order_folding import apply
from assistant.ports.orders import Step

BATCH = 1_000


class MappingRefused(Exception):  # noqa: N818 - an answer to the operator
    """The file's columns cannot be read as orders; the message says what to add."""


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    reason: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``rows`` = ``imported`` + ``already_there`` + ``repeated`` + rejected: none is lost."""

    rows: int = 0
    imported: int = 0
    already_there: int = 0
    repeated: int = 0
    rejected: tuple[BadRow, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch of ``rows`` rows: those to write in their order, and those that are no orders."""

    orders: list[ReadyOrder]
    bad: list[BadRow]
    rows: int


def import_orders(
    file: Path,
    store: SqlWorkOrders,
    catalogue: Path,
    actor: Actor,
    *,
    given: Mapping[str, str] | None = None,
    secret: str = "",
    labels: tuple[str, ...] = (),
    sheet: str | None = None,
    progress: Callable[[int], None] | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Each batch is one transaction; importing the same file again adds nothing. A dry run tells the same and writes nothing.

    ``given`` maps columns to fields (``assistant.domain.order_import.FIELDS``, or ``-`` to leave a column out); it is kept for
    files with the same columns. Raises ``FileRefused``, ``MappingRefused``, ``StoreUnavailable``.
    """
    rows = read_rows(file, sheet)
    head = list(islice(rows, BATCH))
    mapping = settle_mapping(head, store, given or {}, keep=not dry_run)
    unwritten: set[str] | None = set() if dry_run else None
    work = partial(
        prepare,
        mapping=mapping,
        catalogue=catalogue,
        actor=actor,
        secret=secret,
        labels=labels,
        dialect=store.engine.dialect.name,
    )
    report = ImportReport(mapping=mapping)
    for prepared in in_order(work, _batches(head, rows), __name__):
        report = _stored(store, prepared, report, unwritten)
        if progress:
            progress(report.rows)
    return report


def settle_mapping(
    head: list[RawRow], store: SqlWorkOrders, given: Mapping[str, str], *, keep: bool = True
) -> dict[str, str]:
    """What was kept for these columns, else what their names say; ``given`` overrides both. Raises ``MappingRefused``."""
    columns = sorted({column for row in head if not row.fault for column in row.values})
    digest = columns_digest(columns)
    unknown = [column for column in given if column not in columns]
    wrong = [target for target in given.values() if target not in FIELDS and target != IGNORED]
    if unknown or wrong:
        raise MappingRefused(
            f"--map: no such column or field: {', '.join([*unknown, *wrong])}; fields: {', '.join(FIELDS)}"
        )
    mapping = (store.mapping(digest) or propose_mapping(columns)) | dict(given)
    for column, target in given.items():  # a field has one column: what the operator says wins
        mapping |= {other: IGNORED for other, had in mapping.items() if had == target != IGNORED and other != column}
    if columns and "content" not in mapping.values():
        raise MappingRefused(f"no column holds the content: add --map COLUMN=content; columns: {', '.join(columns)}")
    if keep:
        store.keep_mapping(digest, mapping)
    return mapping


def _batches(head: list[RawRow], rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    batch = head
    while batch:
        yield batch
        batch = list(islice(rows, BATCH))


def prepare(
    rows: list[RawRow],
    *,
    mapping: Mapping[str, str],
    catalogue: Path,
    actor: Actor,
    secret: str,
    labels: tuple[str, ...],
    dialect: str,
) -> Prepared:
    """Parses, masks and cuts into tokens; runs in a worker."""
    known = load_catalogue(catalogue)
    directory = UnitDirectory.of(known)
    words = Words(lambda name: _named(directory, name), labels)
    steps: list[Step] = []
    bad: list[BadRow] = []
    for row in rows:
        try:
            if row.fault:
                raise RowRefused(row.fault)
            steps.append(_step(row, mapping, words, actor, secret))
        except RowRefused as refusal:
            bad.append(BadRow(row.line, str(refusal), row.values))
    tokens = token_sets([search_text(step.order) for step in steps])
    ready = [ready_order(step, cut, known.calendar, dialect) for step, cut in zip(steps, tokens, strict=True)]
    return Prepared(ready, bad, len(rows))


def _named(directory: UnitDirectory, name: str) -> str | None:
    found = directory.find(name)
    return None if found == STREET else found


def _step(row: RawRow, mapping: Mapping[str, str], words: Words, actor: Actor, secret: str) -> Step:
    order = order_of(row.values, mapping, words)
    numbering = TokenNumbering()
    key = appellant_key(secret.encode(), order.person.phone) if secret else None
    mask = knowing(order.person.name, lambda text: redact(text, numbering)[0])
    history = masked(order, mask, key)
    event = OrderEvent(1, datetime.now(UTC), actor, "导入", history)
    after = apply(WorkOrder(new_id()), event)
    return Step(after, (event,), 0, order.person)


def _stored(store: SqlWorkOrders, prepared: Prepared, report: ImportReport, unwritten: set[str] | None) -> ImportReport:
    """The report with this batch. ``unwritten``: numbers that a dry run has passed, as if they were there by now."""
    fresh: dict[str, ReadyOrder] = {}
    numbers = [order.number for order in prepared.orders]
    known = (store.known(numbers) if numbers else frozenset()) | (unwritten or frozenset())
    for order in prepared.orders:
        if order.number not in known:
            fresh.setdefault(order.number, order)
    if unwritten is not None:
        unwritten.update(fresh)
    elif fresh:
        write_ready(store.engine, list(fresh.values()))
    already = sum(number in known for number in numbers)
    return replace(
        report,
        rows=report.rows + prepared.rows,
        imported=report.imported + len(fresh),
        already_there=report.already_there + already,
        repeated=report.repeated + len(numbers) - already - len(fresh),
        rejected=(*report.rejected, *prepared.bad),
    )


def write_rejected(path: Path, rows: Iterable[BadRow]) -> None:
    """Rejected rows with line and reason as JSON lines, so that they can be mended and imported again."""
    with path.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        for row in rows:
            told = {"line": row.line, "reason": row.reason, "row": dict(row.values)}
            stream.write(json.dumps(told, ensure_ascii=False) + "\n")
