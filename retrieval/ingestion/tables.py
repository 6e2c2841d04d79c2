"""Tables become lines that can be quoted alone: each row carries its header, ``| 项目：居民用水 | 单价：5元 |``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ingestion.normalise import fold_line

_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_CELL_END = re.compile(r"(?<!\\)\|")


def labelled_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line per data row, with the first row as header; a table of one row or one column is given as plain lines."""
    cells = [[fold_line(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if len(cells) < 2 or max(len(row) for row in cells) < 2:
        return [line for row in cells if (line := " ".join(cell for cell in row if cell))]
    header, *body = cells
    return [_labelled(header, row) for row in body]


def label_pipe_tables(text: str) -> str:
    """``text`` with every Markdown pipe table rewritten row by row."""
    lines, written, number = text.split("\n"), [], 0
    while number < len(lines):
        end = _table_end(lines, number)
        if end:
            written += labelled_rows([_cells(lines[number]), *(_cells(line) for line in lines[number + 2 : end])])
            number = end
        else:
            written.append(lines[number])
            number += 1
    return "\n".join(written)


def _table_end(lines: list[str], first: int) -> int:
    """Index after the last line of the table whose header is at ``first``; 0 if no table starts there."""
    if "|" not in lines[first] or first + 1 >= len(lines) or not _is_separator(lines[first + 1]):
        return 0
    end = first + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return end


def _is_separator(line: str) -> bool:
    return "|" in line and bool(_SEPARATOR.match(line.strip()))


def _cells(line: str) -> list[str]:
    return [
        cell.replace("\\|", "|").strip() for cell in _CELL_END.split(line.strip().removeprefix("|").removesuffix("|"))
    ]


def _labelled(header: list[str], row: list[str]) -> str:
    """Merged cells repeat in the sources; a cell equal to its header says nothing."""
    names = header + [""] * (len(row) - len(header))
    pairs = [
        f"{name}：{cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell and cell != name
    ]
    return f"| {' | '.join(pairs)} |"
