"""A bench's report as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Report = dict[str, Any]


def as_table(report: Mapping[str, Any], indent: int = 0) -> str:
    """Nested names with their values; a list of like records becomes rows under one head."""
    lines: list[str] = []
    for name, value in report.items():
        if isinstance(value, Mapping):
            lines += [" " * indent + name, as_table(value, indent + 2)]
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines += [" " * indent + name, *_rows(value, indent + 2)]
        else:
            lines.append(f"{' ' * indent}{name:<24}{_plain(value):>12}")
    return "\n".join(lines)


def _rows(records: list[Mapping[str, Any]], indent: int) -> list[str]:
    heads = list(records[0])
    cells = [heads] + [[_plain(record[head]) for head in heads] for record in records]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return [
        " " * indent + "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells
    ]


def _plain(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
