"""Pages of a list: ``next_cursor`` of one page is ``cursor`` of the next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from assistant.api.problems import Problem
from assistant.api.schemas import Identifier

Cursor = Annotated[Identifier | None, Query(description="上一页的 next_cursor")]
Row = TypeVar("Row")


def page_after(
    rows: Sequence[Row], id_of: Callable[[Row], str], cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """The page of ``rows`` behind ``cursor``, and the cursor of the next. Raises ``Problem`` 422 where that row is gone."""
    at = 0
    if cursor is not None:
        after = decode_cursor(cursor)
        at = next((at for at, row in enumerate(rows, 1) if id_of(row) == after), 0)
        if not at:
            raise Problem(422, "invalid_cursor", "列表已经变化，请从第一页重新查看。", param="cursor")
    page = list(rows[at : at + limit])
    return page, encode_cursor(id_of(page[-1])) if at + limit < len(rows) else None


def encode_cursor(last_id: str) -> str:
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The id that ``encode_cursor`` was given. Raises ``Problem`` 422 for what it never made."""
    try:
        last_id = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        last_id = ""
    if not last_id.isprintable() or not last_id:
        raise Problem(422, "invalid_cursor", "cursor 无效，请使用上一页返回的 next_cursor。", param="cursor")
    return last_id
