"""JSON as RFC 8259 and I-JSON (RFC 7493) mean it: UTF-8, no duplicate keys, no NaN, bounded depth and numbers.

Python's parser accepts UTF-16, lets the last duplicate win, reads ``NaN`` and ``1e999`` and passes lone surrogates on,
which break a store or an encoder later with a 500.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from assistant.api.problems import Problem

MAX_DEPTH = 32
MAX_DIGITS = 20

# A string (closed or cut off: the second keeps the scan linear) or one bracket.
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?$)|[\[{\]}]', re.DOTALL)
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def parse(body: bytes) -> Any:
    """The value in ``body``.

    Raises:
        Problem: 400 when it is not JSON in UTF-8, 422 when it holds a value that no text or number field may hold.
    """
    text = decode(body)
    _refuse_depth(body)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_number, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        raise Problem(400, "invalid_json", "请求体不是有效的 JSON。", position=error.pos) from None
    _refuse_unfit_text(value)
    return value


def decode(body: bytes) -> str:
    """Text of a UTF-8 body; a byte order mark is dropped."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in body[:4]:
        raise Problem(400, "invalid_encoding", "请求体不是 UTF-8 编码（疑似 UTF-16），请使用UTF-8。")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(400, "invalid_encoding", "请求体不是有效的 UTF-8（疑似 GBK 编码），请使用UTF-8。") from None


def _refuse_depth(body: bytes) -> None:
    depth = 0
    for match in _STRUCTURE.finditer(body):
        token = match.group()[:1]
        depth += (token in b"[{") - (token in b"]}")
        if depth > MAX_DEPTH:
            raise Problem(400, "json_too_deep", f"JSON 嵌套超过 {MAX_DEPTH} 层。", limit=MAX_DEPTH)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Problem(400, "duplicate_key", "JSON 对象中有重复的键。")
    return members


def _no_number(name: str) -> NoReturn:
    raise Problem(422, "number_not_finite", "数值必须是有限的，不接受 NaN 或 Infinity。")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _no_number(digits)
    return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Problem(422, "number_too_long", f"整数不得超过 {MAX_DIGITS} 位。", limit=MAX_DIGITS)
    return int(digits)


def _refuse_unfit_text(value: Any) -> None:
    if isinstance(value, str):
        if _UNFIT.search(value):
            raise Problem(422, "invalid_character", "文本中有空字符（NUL）或不成对的代理码位。")
    elif isinstance(value, dict):
        for key, member in value.items():
            _refuse_unfit_text(key)
            _refuse_unfit_text(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_unfit_text(member)


def refuse_unfit(*texts: str) -> None:
    """Query strings may smuggle what a JSON body may not hold. Raises ``Problem`` 422."""
    for text in texts:
        _refuse_unfit_text(text)
