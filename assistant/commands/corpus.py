"""``hotline corpus``: the documents that answers may cite."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import add_json, building, settings_of, today
from assistant.commands.progress import ProgressBar

if TYPE_CHECKING:
    from assistant.bootstrap.library import Library
    from retrieval.contracts import Document
    from retrieval.ingestion.report import IngestReport

HELP = """add, list, show, check or remove documents

examples:
  hotline corpus add laws.jsonl.gz notices/ --region 北京市
  hotline corpus list --due
  hotline corpus show heating-room-temperature
  hotline corpus check --statutes laws_articles.jsonl.gz"""


@dataclass(frozen=True)
class CorpusCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        _add(verbs.add_parser("add", help="parse, split by clause and index files or folders"))
        _sync(verbs.add_parser("sync", help="bring the index in line with the city pack"))
        _list(verbs.add_parser("list", help="list documents"))
        _show(verbs.add_parser("show", help="show one document with its versions and clauses"))
        _check(verbs.add_parser("check", help="validate the city pack; list what is due, expired or unverified"))
        _remove(verbs.add_parser("remove", help="take documents out of the index"))

    def execute(self, arguments: argparse.Namespace) -> int:
        status: int = arguments.run(arguments)
        return status


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, help=".md .txt .html .pdf .docx .jsonl .jsonl.gz, or folders")
    parser.add_argument("--prune", action="store_true", help="remove documents whose file is gone from the folder")
    parser.add_argument("--region", help="for documents that do not say: the place they hold for, e.g. 北京市")
    parser.add_argument("--level", help="for documents that do not say: their level, e.g. 规范性文件")
    add_json(parser)
    parser.set_defaults(run=run_add)


def _sync(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    parser.set_defaults(run=run_sync)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--match", default="", help="only titles or ids with these characters")
    parser.add_argument("--in-force", action="store_true", help="only documents in force today")
    parser.add_argument("--due", action="store_true", help="only documents whose review date has come")
    add_json(parser)
    parser.set_defaults(run=run_list)


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", help="id of the document")
    parser.add_argument("--text", action="store_true", help="print the parsed text instead")
    add_json(parser)
    parser.set_defaults(run=run_show)


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--statutes", type=Path, help="articles (.jsonl.gz) to prove every cited article and figure on")
    add_json(parser)
    parser.set_defaults(run=run_check)


def _remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("documents", nargs="+", help="ids of documents")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_json(parser)
    parser.set_defaults(run=run_remove)


@contextmanager
def library(arguments: argparse.Namespace, *, writable: bool) -> Iterator[Library]:
    with building():
        from assistant.bootstrap.library import open_library

        opened = open_library(settings_of(arguments), writable=writable)
    try:
        with building():
            yield opened
    finally:
        opened.close()


def run_add(arguments: argparse.Namespace) -> int:
    missing = [str(path) for path in arguments.paths if not path.exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    with library(arguments, writable=True) as opened:
        report = _ingest(opened, arguments.paths, arguments, prune=arguments.prune)
    return _tell(report, arguments)


def run_sync(arguments: argparse.Namespace) -> int:
    from assistant.bootstrap.knowledge import approved_folder

    with library(arguments, writable=True) as opened:
        paths = [opened.folder / "documents", approved_folder(settings_of(arguments))]
        report = _ingest(opened, [path for path in paths if path.exists()], arguments, prune=True)
    return _tell(report, arguments)


def _ingest(opened: Library, paths: Iterable[Path], arguments: argparse.Namespace, *, prune: bool) -> IngestReport:
    from assistant.bootstrap.knowledge import hidden_instructions
    from retrieval.ingestion.ingest import add_paths
    from retrieval.ingestion.parse import DocumentDefaults
    from retrieval.ingestion.registry import IngestionBusy
    from retrieval.ingestion.report import IngestOptions

    stated = {name: getattr(arguments, name, None) for name in ("region", "level")}
    options = IngestOptions(prune=prune, defaults=DocumentDefaults(**stated))
    with ProgressBar(sys.stderr) as bar:
        try:
            return add_paths(
                list(paths), opened.index, opened.registry, progress=bar, options=options, inspect=hidden_instructions()
            )
        except IngestionBusy as error:
            raise CommandFailed(str(error)) from error


def _tell(report: IngestReport, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed; "
            f"{report.passages} passages in {report.seconds:.1f} s; {len(report.rejected)} rejected"
        )
        for rejection in report.rejected:
            print(f"  rejected {rejection.source}: {rejection.reason.value}: {rejection.message}", file=sys.stderr)
        for source, warning in report.warnings:
            print(f"  warning {source}: {warning}", file=sys.stderr)
    return int(bool(report.rejected))


def run_list(arguments: argparse.Namespace) -> int:
    with library(arguments, writable=False) as opened:
        documents = opened.registry.all()
    for document in documents:
        if _wanted(document, arguments, today()):
            print(json.dumps(as_row(document), ensure_ascii=False) if arguments.json else as_line(document))
    return 0


def _wanted(document: Document, arguments: argparse.Namespace, day: date) -> bool:
    due = document.review_date is not None and document.review_date <= day
    return (
        arguments.match in f"{document.id} {document.title}"
        and (not arguments.in_force or document.validity.covers(day))
        and (not arguments.due or due)
    )


def as_row(document: Document) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(json.dumps(asdict(document), ensure_ascii=False, default=str))
    return values


def as_line(document: Document) -> str:
    since, until = document.validity.effective_from or "?", document.validity.repealed_on
    span = f"{since}…{until}" if until else f"{since}…"
    return f"{document.id:<36}{span:<24}{document.region or '全国':<12}{document.title}"


def run_show(arguments: argparse.Namespace) -> int:
    with library(arguments, writable=False) as opened:
        document = opened.registry.get(arguments.document)
        if document is None:
            raise CommandFailed(f"no document {arguments.document!r}; see `hotline corpus list --match …`")
        text = opened.registry.text_of(document.id) or ""
        passages = opened.index.fetch(opened.registry.passages_of(document.id))
    if arguments.text:
        print(text)
    elif arguments.json:
        clauses = [{"id": one.id, "path": list(one.path), "start": one.start, "end": one.end} for one in passages]
        print(json.dumps({**as_row(document), "passages": clauses}, ensure_ascii=False))
    else:
        print(as_line(document))
        print("\n".join(f"  {' '.join(one.path) or '（全文）'}" for one in passages))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    with building():
        from assistant.adapters.city_pack import check_pack
        from assistant.city_pack import city_pack_folder

        report = check_pack(city_pack_folder(settings_of(arguments).city_pack), today(), arguments.statutes)
    print(json.dumps(report.as_json(), ensure_ascii=False) if arguments.json else report.as_text())
    return int(report.failed)


def run_remove(arguments: argparse.Namespace) -> int:
    from retrieval.ingestion.ingest import remove_documents

    with library(arguments, writable=not arguments.dry_run) as opened:
        known = [one for one in arguments.documents if opened.registry.get(one)]
        unknown = sorted(set(arguments.documents) - set(known))
        if unknown:
            raise CommandFailed(f"not in the index: {', '.join(unknown)}; nothing was removed")
        if not arguments.dry_run and _agreed(known, arguments):
            remove_documents(known, opened.index, opened.registry)
            print(json.dumps({"removed": known}, ensure_ascii=False) if arguments.json else f"{len(known)} removed")
        else:
            print(json.dumps({"would_remove": known}, ensure_ascii=False) if arguments.json else "\n".join(known))
    return 0


def _agreed(known: list[str], arguments: argparse.Namespace) -> bool:
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("removing needs --yes when nobody can be asked")
    print(f"remove {len(known)} documents? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


COMMAND = CorpusCommand()
