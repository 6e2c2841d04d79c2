"""``hotline config``: the settings in force and where each came from, secrets masked; what every setting means."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.commands.options import settings_of

HELP = """show the settings in force, or list all that there are

examples:
  hotline config show --json
  hotline config list"""


@dataclass(frozen=True)
class ConfigCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("verb", choices=["show", "list"])
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def execute(self, arguments: argparse.Namespace) -> int:
        if arguments.verb == "list":
            return _list(as_json=arguments.json)
        values = without_passwords(settings_of(arguments).model_dump(mode="json"))
        if arguments.json:
            print(json.dumps(values, ensure_ascii=False))
            return 0
        for name, value in flatten(values):
            origin = "environment" if f"HOTLINE_{name}" in {key.upper() for key in os.environ} else "default or .env"
            print(f"HOTLINE_{name}={value}  # {origin}")
        return 0


def _list(*, as_json: bool) -> int:
    from assistant.commands.setting_list import sections

    found = list(sections())
    if as_json:
        print(json.dumps({"items": [asdict(row) for _, rows in found for row in rows]}, ensure_ascii=False))
        return 0
    for title, rows in found:
        print(f"# {title}")
        for row in rows:
            print(f"{row.name}={row.default}\n    {row.meaning}")
    return 0


_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]*(?=@)")


def without_passwords(value: Any) -> Any:
    """An address may carry a name and a password before its ``@``."""
    if isinstance(value, Mapping):
        return {name: without_passwords(held) for name, held in value.items()}
    if isinstance(value, list):
        return [without_passwords(held) for held in value]
    return _IN_ADDRESS.sub("**********", value) if isinstance(value, str) else value


def flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper(), value


COMMAND = ConfigCommand()
