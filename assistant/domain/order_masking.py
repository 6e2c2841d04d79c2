"""Takes personal data out of a step on a work order: notes of people hold phone numbers as complaints do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from enum import Enum
from typing import Any

from assistant.domain.work_order_events import Change

NAMES_AND_CODES = frozenset(
    {
        *("rule", "order_id", "task_id", "whistle_id"),
        *("lead", "co_units", "copies", "units", "unit", "proposed_unit", "about", "to"),
        "place",  # where called units meet: without its number they do not find it
    }
)
"""Fields that no person words freely. Whatever is not named here is masked, a field of tomorrow as well."""


APPELLANT = "诉求人"
_NO_NAMES = frozenset(
    {
        *("匿名", "不详", "未知", "保密", "不愿透露", "未留", "没有"),
        *("市民", "居民", "群众", "业主", "本人", "先生", "女士", "家长", "诉求人", "来电人"),
    }
)
"""What stands in the field of the name where there is none; replacing these would change what is said."""


def knowing(name: str, mask: Callable[[str], str]) -> Callable[[str], str]:
    """``mask`` that also takes out the appellant's own name, which nobody has to guess: it was given beside the text."""
    known = name.strip()
    if len(known) < 2 or known in _NO_NAMES:
        return mask
    return lambda text: mask(text.replace(known, APPELLANT))


def masked(change: Change, mask: Callable[[str], str]) -> Change:
    """``change`` with ``mask`` applied to every text that a person worded."""
    worded = {field.name: getattr(change, field.name) for field in fields(change) if field.name not in NAMES_AND_CODES}
    texts = {name: _masked(value, mask) for name, value in worded.items() if value and _is_text(value)}
    return replace(change, **texts)  # type: ignore[arg-type]  # fields that the payload has


def _is_text(value: Any) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(part, str) and not isinstance(part, Enum) for part in parts)


def _masked(value: str | tuple[str, ...], mask: Callable[[str], str]) -> str | tuple[str, ...]:
    return mask(value) if isinstance(value, str) else tuple(map(mask, value))
