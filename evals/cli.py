"""``hotline evals VERB``: measure quality, compare runs and models, gate, harvest.

Registered as the entry point ``evals`` of the group ``hotline.commands``, so that ``assistant`` never imports ``evals``.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from dataclasses import dataclass

import evals.commands
from evals.contracts import DatasetError


def verb_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(evals.commands.__path__))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in verb_names():
        verb = importlib.import_module(f"evals.commands.{name}")
        verb.add_arguments(verbs.add_parser(name, help=verb.help, epilog=verb.EPILOG))


def execute(arguments: argparse.Namespace) -> int:
    verb = importlib.import_module(f"evals.commands.{arguments.verb}")
    try:
        return int(verb.execute(arguments))
    except DatasetError as error:
        print(error, file=sys.stderr)
        return 2


@dataclass(frozen=True)
class Command:
    """What the ``hotline`` program needs of a command that lives outside ``assistant``."""

    help: str = "measure quality over a dataset, compare runs and models"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        add_arguments(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        return execute(arguments)


COMMAND = Command()
