"""Risk classes and pass lines of the safety bank, from ``classes.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "classes.yaml"


@dataclass(frozen=True, slots=True)
class SafetyClasses:
    """Class → name, for both halves of the bank. ``pass_lines``: figure → share that the standard asks for; ``sizes``: half, or
    beginning of a class's number → fewest questions.
    """

    must_refuse: Mapping[str, str]
    must_answer: Mapping[str, str]
    pass_lines: Mapping[str, float]
    sizes: Mapping[str, int]

    @property
    def names(self) -> Mapping[str, str]:
        return {**self.must_refuse, **self.must_answer}


@cache
def safety_classes() -> SafetyClasses:
    return SafetyClasses(**yaml.safe_load(FILE.read_text(encoding="utf-8")))
