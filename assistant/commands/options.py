"""Options that several commands share, settings as a command sees them, and troubles of the outside world as endings."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from assistant.city_pack import DataMissing
from assistant.commands import CommandFailed, UsageError
from assistant.settings import Settings, SettingsError, load_settings

HOTLINE_ZONE = ZoneInfo("Asia/Shanghai")


def settings_of(_: argparse.Namespace) -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        raise UsageError(str(error)) from error


@contextmanager
def building() -> Iterator[None]:
    """Turns what a part says when it cannot be built or reached into status 1 with that sentence."""
    from assistant.data_files import DataFileError
    from retrieval.ports import IndexUnavailable

    try:
        yield
    except (IndexUnavailable, DataFileError, DataMissing) as error:
        raise CommandFailed(str(error)) from error


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=iso_day, default=None, metavar="YYYY-MM-DD", help="the day whose law counts (default: today)"
    )


def add_region(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", help="place whose rules count, e.g. 北京市 (default: HOTLINE_REGION)")


def add_period(parser: argparse.ArgumentParser, what: str, *, required: bool = False) -> None:
    """``--from`` and ``--to`` as ``first`` and ``last``, both days included; ``what`` happened in between."""
    day: dict[str, Any] = {"type": iso_day, "required": required, "metavar": "YYYY-MM-DD"}
    parser.add_argument("--from", dest="first", help=f"{what} on that day or later", **day)
    parser.add_argument("--to", dest="last", help=f"{what} on that day or earlier", **day)


def beginning(day: date) -> datetime:
    """Midnight in Beijing."""
    return datetime.combine(day, time.min, HOTLINE_ZONE)


def add_page(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=20, help="how many rows (default: 20)")
    parser.add_argument("--after", metavar="ID", help="id of the last row of the page before")


def iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-23") from None


def today() -> date:
    return datetime.now(HOTLINE_ZONE).date()
