"""Options that several commands share, and settings as a command sees them."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assistant.commands import UsageError
from assistant.settings import Settings, SettingsError, load_settings

HOTLINE_ZONE = ZoneInfo("Asia/Shanghai")


def settings_of(_: argparse.Namespace) -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        raise UsageError(str(error)) from error


def add_as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=iso_day, default=None, metavar="YYYY-MM-DD", help="the day whose law counts (default: today)"
    )


def iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-23") from None


def today() -> date:
    return datetime.now(HOTLINE_ZONE).date()
