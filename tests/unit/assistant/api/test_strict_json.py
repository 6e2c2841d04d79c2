from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.problems import Problem
from assistant.api.strict_json import MAX_DEPTH, parse

TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_every_proper_value_survives(value: Any, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


def test_depth_counts_brackets_outside_strings_only() -> None:
    assert parse(b'"' + b"[" * 100 + b'"') == "[" * 100
    assert parse(rb'["\"[[[[", "\\"]') == ['"[[[[', "\\"]
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Problem, match="json_too_deep"):
        parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 32_000, b'"' * 65_000, b'"\\' * 32_000, b'["' * 30_000])
def test_scan_is_linear_on_strings_that_do_not_end(body: bytes) -> None:
    taken = []
    for _ in range(3):  # the best of three: a busy machine slows any one of them
        started = time.process_time()
        with pytest.raises(Problem):
            parse(body)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.05
