"""``hotline backup``: keep what cannot be made anew, check it, put it back."""

from __future__ import annotations

import argparse
import json
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.commands import CommandFailed
from assistant.commands.options import add_json, settings_of

if TYPE_CHECKING:
    from assistant.adapters.backup_files import Manifest

HELP = """keep what cannot be made anew, check it, put it back

examples:
  hotline backup take /backup/2026-11-23      # while the service runs
  hotline backup check /backup/2026-11-23
  hotline backup restore /backup/2026-11-23   # the service is stopped, the data folder empty"""


@dataclass(frozen=True)
class BackupCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, text in (
            ("take", "copy databases, audit log, drafts and the appellants' key into a new folder"),
            ("check", "read a backup through: nothing missing, changed or damaged"),
            ("restore", "put a backup into an empty HOTLINE_DATA_DIR"),
        ):
            one = verbs.add_parser(verb, help=text)
            one.add_argument("folder", type=Path, help="the folder of the backup")
            add_json(one)

    def execute(self, arguments: argparse.Namespace) -> int:
        from assistant.adapters.backup_files import BackupUnusable, check, restore, take

        settings = settings_of(arguments)
        try:
            if arguments.verb == "take":
                manifest = take(settings.data_dir, arguments.folder, __version__)
            elif arguments.verb == "check":
                manifest = check(arguments.folder)
            else:
                manifest = restore(arguments.folder, settings.data_dir)
        except (BackupUnusable, OSError, sqlite3.Error) as failure:
            raise CommandFailed(str(failure)) from failure
        elsewhere = settings.orders.database_url is not None
        print(json.dumps(asdict(manifest)) if arguments.json else told(arguments.verb, manifest, elsewhere))
        return 0


def told(verb: str, manifest: Manifest, orders_elsewhere: bool) -> str:
    lines = [f"{verb}: {len(manifest.files)} files of {manifest.made_at}, version {manifest.version}"]
    if manifest.audit:
        lines.append(f"audit log: {manifest.audit.count} records, head {manifest.audit.head}")
    if manifest.audit_fault:
        lines.append(f"audit log kept as it is, but it does not hold: {manifest.audit_fault}")
    if orders_elsewhere:
        lines.append("work orders and accounts lie in PostgreSQL and are not in here: use pg_dump and pg_restore")
    if verb == "restore":
        lines.append("next: hotline corpus sync (makes the index anew), hotline doctor")
    return "\n".join(lines)


COMMAND = BackupCommand()
