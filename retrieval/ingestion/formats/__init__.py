"""One module per file format; each turns bytes into an ``Extract`` or raises ``SourceRejected``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Extract:
    """Raw text of a file, one paragraph a line: ``# `` headings, ``- `` bullets, table rows with their header."""

    text: str
    title: str = ""
    published: date | None = None
    warnings: tuple[str, ...] = ()
