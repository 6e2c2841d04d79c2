"""A list is walked to its end, each row once; a cursor that leads nowhere is said to be so."""

from __future__ import annotations

import pytest

from assistant.api.paging import decode_cursor, encode_cursor, page_after
from assistant.api.problems import Problem


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_add_up_to_the_list(limit: int) -> None:
    rows = [f"文件{number}" for number in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(8):
        page, cursor = page_after(rows, str, cursor, limit)
        seen += page
        if cursor is None:
            break
    assert seen == rows


def test_a_row_that_is_gone_and_a_word_that_was_no_cursor_are_refused() -> None:
    for cursor in (encode_cursor("gone"), "%%"):
        with pytest.raises(Problem) as refused:
            page_after(["a"], str, cursor, 10)
        assert (refused.value.status, refused.value.code) == (422, "invalid_cursor")


def test_a_cursor_is_an_id_in_letters_of_an_address() -> None:
    assert decode_cursor(encode_cursor("京政发〔2021〕5号/1")) == "京政发〔2021〕5号/1"
    assert encode_cursor("京政发〔2021〕5号/1").isascii()
