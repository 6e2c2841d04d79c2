"""The ``hotline`` program: finds the command, lets it do the work, turns every ending into an exit status.

0 done, 1 the command failed, 2 wrong use or unusable settings, 130 interrupted. Data goes to stdout, everything else to
stderr. Only the module of the command in hand is imported: start-up time is part of the interface.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast

from assistant import __version__
from assistant.commands import CommandFailed, UsageError

BUILT_IN = {
    "serve": "serve the HTTP API and the pages",
    "ask": "answer one question with citations",
    "search": "find clauses",
    "triage": "propose type, category, place and handling unit of an appeal",
    "orders": "import, list and show work orders; sample orders; outbox",
    "follow-ups": "whom to follow up now, by which script, and what they said",
    "rates": "response, resolution and satisfaction of a period",
    "calls": "take in and show the telephone platform's counts (接通率)",
    "watch": "bursts, groups, rising, lasting and seasonal matters, each with its orders",
    "accounts": "who may sign in to the pages",
    "corpus": "add, list, show, check or remove documents",
    "learn": "learn models from labelled orders, or check that they still fit",
    "doctor": "check this installation and say how to mend it",
    "config": "show the settings in force",
    "audit": "verify the audit log",
    "backup": "keep what cannot be made anew, check it, put it back",
    "completion": "print a shell completion script",
}
GROUP = "hotline.commands"


class Command(Protocol):
    """A command is a module (or object of a plugin) with these three members."""

    help: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def execute(self, arguments: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    write_chinese(sys.stdout, sys.stderr)
    try:
        return _run(words)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # e.g. `hotline search … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def write_chinese(*streams: object) -> None:
    """A locale without Chinese (``LC_ALL=POSIX``) gets UTF-8; one with part of it (GBK) never stops at a rare character."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            try:
                "工单".encode(stream.encoding)
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def _run(words: list[str]) -> int:
    parser, chosen = parser_for(next((word for word in words if not word.startswith("-")), None))
    arguments = parser.parse_args(words)
    assert chosen is not None  # argparse has refused everything else
    try:
        return chosen.execute(arguments)
    except UsageError as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 2
    except CommandFailed as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk, a folder that may not be written: the name and the reason are what helps
        print(f"hotline: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}", file=sys.stderr)
        return 1


def parser_for(name: str | None) -> tuple[argparse.ArgumentParser, Command | None]:
    """Knows the names of all commands and the arguments of the one in hand; ``None`` for a name that is none."""
    parser = argparse.ArgumentParser(prog="hotline", description="Assistant for a 12345 citizens' hotline.")
    parser.add_argument("--version", action="version", version=f"hotline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = load_command(name) if name else None
    for known, text in {**BUILT_IN, **plugins(told=name is None)}.items():
        subparser = commands.add_parser(known, help=text, formatter_class=argparse.RawDescriptionHelpFormatter)
        if chosen and known == name:
            subparser.description = chosen.help
            chosen.add_arguments(subparser)
    return parser, chosen


def load_command(name: str) -> Command | None:
    if name in BUILT_IN:
        return cast(Command, importlib.import_module(f"assistant.commands.{name.replace('-', '_')}").COMMAND)
    found = entry_points(group=GROUP, name=name)
    return cast(Command, next(iter(found)).load()) if found else None


def plugins(*, told: bool = False) -> dict[str, str]:
    """Commands of installed extensions; ``told``: with the first line of their help, which loads them."""
    return {point.name: _first_line(point) if told else "" for point in entry_points(group=GROUP)}


def _first_line(point: EntryPoint) -> str:
    try:
        return str(cast(Command, point.load()).help).partition("\n")[0]
    except (ImportError, AttributeError) as error:
        return f"(cannot be loaded: {error})"


if __name__ == "__main__":
    sys.exit(main())
