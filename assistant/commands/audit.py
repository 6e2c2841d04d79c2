"""``hotline audit verify``: prove that the audit log is whole."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import settings_of


@dataclass(frozen=True)
class AuditCommand:
    help: str = "verify the audit log\n\nexample: hotline audit verify --count 120 --head 3f9a…"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("--count", type=int, help="records at an earlier verification")
        parser.add_argument("--head", help="hash of the last record at that verification")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def execute(self, arguments: argparse.Namespace) -> int:
        if (arguments.count is None) != (arguments.head is None):
            raise UsageError("--count and --head belong together: both come from an earlier `hotline audit verify`")
        from assistant.adapters.jsonl_audit import AuditBroken, Checkpoint, verify
        from assistant.bootstrap.container import audit_file

        earlier = Checkpoint(arguments.count, arguments.head) if arguments.head else None
        file = audit_file(settings_of(arguments))
        try:
            state = verify(file, earlier)
        except AuditBroken as broken:
            raise CommandFailed(f"{file}: {broken}") from broken
        except FileNotFoundError:
            raise CommandFailed(f"{file}: no audit log yet; it begins with the first question") from None
        if arguments.json:
            print(json.dumps(asdict(state)))
        else:
            print(f"sound: {state.count} records, head {state.head}\nkeep both outside this machine for the next time")
        return 0


COMMAND = AuditCommand()
