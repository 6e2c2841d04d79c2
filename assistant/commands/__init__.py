"""One module per command of the ``hotline`` program; each exposes ``COMMAND``."""

from __future__ import annotations


class UsageError(Exception):
    """Wrong use or unusable settings (exit status 2); the message says what to do."""


class CommandFailed(Exception):  # noqa: N818 - an ending, not a programming error
    """The command could not do its work (exit status 1); the message says what to do."""
