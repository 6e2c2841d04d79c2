"""A bar chart with intervals as inline SVG: no script, no font and no request, so a saved page shows it for ever."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from evals.report.view import Cell

WIDTH, LEFT, RIGHT, BAR, GAP = 640, 150, 60, 20, 12


def bars(title: str, systems: Sequence[str], cells: Sequence[Cell]) -> str:
    """Shares in [0, 1] as horizontal bars; whiskers are 95 % intervals. The table beside it says the same in words."""
    room = WIDTH - LEFT - RIGHT
    height = GAP + len(systems) * (BAR + GAP)
    rows = "".join(
        _bar(name, cell, GAP + at * (BAR + GAP), room)
        for at, (name, cell) in enumerate(zip(systems, cells, strict=True))
    )
    grid = "".join(_line(LEFT + room * share / 4, 0, height) for share in range(5))
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f"<title>{escape(title)}</title>{grid}{rows}</svg>"
    )


def _line(x: float, top: float, bottom: float) -> str:
    return f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'


def _bar(name: str, cell: Cell, top: int, room: int) -> str:
    label = f'<text class="name" x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{escape(name)}</text>'
    if cell.value is None:
        return label + f'<text class="none" x="{LEFT + 4}" y="{top + 15}">无数据</text>'
    value = min(1.0, max(0.0, cell.value))
    bar = f'<rect class="bar" x="{LEFT}" y="{top}" width="{room * value:.1f}" height="{BAR}" rx="3"/>'
    said = f'<text class="value" x="{LEFT + room + 8}" y="{top + 15}">{cell.value:.1%}</text>'
    return label + bar + _whisker(cell, top, room) + said


def _whisker(cell: Cell, top: int, room: int) -> str:
    if cell.low is None or cell.high is None:
        return ""
    low, high, middle = LEFT + room * max(0.0, cell.low), LEFT + room * min(1.0, cell.high), top + BAR / 2
    return (
        f'<path class="whisker" d="M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8M{low:.1f} {middle}H{high:.1f}"/>'
    )
