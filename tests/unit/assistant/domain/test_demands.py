"""Several demands in one call: split where a caller starts anew, and nothing said is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.demands import MAX_DEMANDS, split_demands


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("楼上太吵了，半夜还在跳，希望管管", 1),
        ("电梯坏了半个月没人修。另外小区门口天天有人摆摊占道", 2),
        ("我有两件事：一是路灯坏了好几天了；二是井盖也丢了没人补", 2),
        ("暖气不热。还有，谢谢", 1),
    ],
)
def test_demands_are_counted(text: str, count: int) -> None:
    assert len(split_demands(text)) == count


@given(st.text(alphabet="暖气不热。，；\n另外还有一个第二是1.、楼上", max_size=200))
def test_nothing_said_is_lost(text: str) -> None:
    pieces = split_demands(text)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)
    assert len(pieces) <= MAX_DEMANDS
