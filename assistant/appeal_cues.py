"""Strict shape of the city pack's signs for appeals, ``catalogue/appeal_cues.yaml``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from assistant.data_files import Prose, StrictModel, load_declared
from assistant.domain.appeal import AppealType
from assistant.routing_data import Cue, Pattern


class TypeCues(StrictModel):
    """``categories``: matters that are mostly brought as this type, for texts that do not say."""

    label: str
    cues: list[Cue]
    categories: list[str] = Field(default_factory=list)


class UrgentCues(StrictModel):
    reason: Prose
    cues: list[Cue]


class NamedSign(StrictModel):
    name: str
    pattern: Pattern


class DiversionSign(StrictModel):
    """A sign of the diversion rule ``rule``; ``needs_order``: proved only by an own order in hand."""

    rule: str
    when: Pattern
    unless: Pattern = ""
    needs_order: bool = False


class Calibration(StrictModel):
    """Probability = logistic(slope · logit(raw) + offset); ``one_click_from`` is a probability, null means never."""

    slope: float = 1.0
    offset: float = 0.0
    one_click_from: float | None = None


class AppealCues(StrictModel):
    version: int
    emergency_rules: dict[str, str]
    default_type: str = Field(pattern="|".join(AppealType))
    types: list[TypeCues]
    urgent: UrgentCues
    instability: list[NamedSign]
    diversions: list[DiversionSign]
    something_new: Pattern
    incident: Pattern
    calibration: Calibration = Calibration()


def load_appeal_cues(catalogue: Path) -> AppealCues:
    """Raises ``DataFileError`` when the file is missing or not as declared."""
    return load_declared(catalogue / "appeal_cues.yaml", AppealCues)


class CategoryExamples(StrictModel):
    """``examples``: category name → what citizens say of it, one saying a line; all invented."""

    version: int
    examples: dict[str, str]


def load_category_examples(catalogue: Path) -> tuple[tuple[str, str], ...]:
    """(category, saying) pairs of ``catalogue/category_examples.yaml``; raises ``DataFileError`` when it is wrong."""
    declared = load_declared(catalogue / "category_examples.yaml", CategoryExamples)
    return tuple((name, line) for name, lines in declared.examples.items() for line in lines.splitlines() if line)
