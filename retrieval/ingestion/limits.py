"""What reading one source may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Limits of one source: ``wall_s`` and ``memory_bytes`` hold for the parser process of binary and web formats,
    ``line_bytes`` and ``rows_bytes`` for JSON lines after decompression, ``pages`` for a PDF.
    """

    wall_s: float = 10.0
    memory_bytes: int = 512 * 1024 * 1024
    file_bytes: int = 64 * 1024 * 1024
    text_file_bytes: int = 16 * 1024 * 1024
    line_bytes: int = 16 * 1024 * 1024
    rows_bytes: int = 4 * 1024 * 1024 * 1024
    pages: int = 2_000


DEFAULT_LIMITS = ParseLimits()
