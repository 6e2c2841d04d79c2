"""Which limit an order gets (ordinance Article 13): the city pack's rules by matter and urgency, the narrowest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from assistant.domain.appeal import Urgency
from assistant.domain.catalogue import SEPARATOR, TimeLimitRule
from assistant.domain.time_limits import ClockKind, Limit


class NoTimeLimit(Exception):  # noqa: N818 - a gap of the data, named as its editor would say it
    """The city pack has no rule in force for this clock; the message says which one."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What the choice of a limit depends on. ``complex``: a person has marked the order as hard (疑难复杂)."""

    category: str
    urgency: Urgency = Urgency.NORMAL
    complex: bool = False
    conditions: tuple[str, ...] = field(default=())


def choose_limit(rules: Iterable[TimeLimitRule], kind: ClockKind, matter: Matter, day: date) -> Limit:
    """The limit in force on ``day``. An emergency beats everything; then the rule of the narrowest category.

    Raises:
        NoTimeLimit: not even a general rule is in force.
    """
    fitting = [rule for rule in rules if rule.clock == kind and rule.validity.covers(day) and _fits(rule, matter)]
    if not fitting:
        raise NoTimeLimit(f"time_limits.yaml: no rule for the clock {kind.value} in force on {day.isoformat()}")
    return Limit.of(max(fitting, key=lambda rule: _rank(rule, matter)))


def _fits(rule: TimeLimitRule, matter: Matter) -> bool:
    if rule.level == "emergency":
        return matter.urgency is Urgency.EMERGENCY
    if rule.level == "complex":
        return matter.complex
    return not rule.categories or _depth(rule, matter) > 0


def _rank(rule: TimeLimitRule, matter: Matter) -> tuple[int, int]:
    order = {"emergency": 3, "complex": 2}
    return order.get(rule.level, 0), _depth(rule, matter)


def _depth(rule: TimeLimitRule, matter: Matter) -> int:
    """Levels of the category that the rule names, 0 where it names none of them."""
    at = matter.category + SEPARATOR
    named = [name for name in rule.categories if at.startswith(name + SEPARATOR)]
    return max((name.count(SEPARATOR) + 1 for name in named), default=0)
