"""Thresholds of answering and refusing, kept as data in ``answer_policy.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from assistant.data_files import StrictModel, load_declared
from assistant.domain.asking_back import AskingLimits
from assistant.domain.declining import AskedLimits, DeclineLimits
from assistant.domain.excerpt_choice import ExtractionLimits

POLICY_FILE = Path(__file__).with_name("answer_policy.yaml")


class RetrievalPolicy(StrictModel):
    """``answerable_from``: least calibrated answerability in [0, 1]; ``with_neighbours``: documents."""

    answerable_from: float = Field(ge=0, le=1)
    passages: int = Field(ge=1, le=50)
    with_neighbours: int = Field(ge=0, le=10)


class ExtractionPolicy(StrictModel):
    """How much is quoted; ratios in [0, 1], ``characters`` in all."""

    statements: int = Field(ge=1, le=12)
    same_section: int = Field(ge=1, le=12)
    characters: int = Field(ge=100, le=1500)
    keep_ratio: float = Field(ge=0, le=1)
    elsewhere_ratio: float = Field(ge=0, le=1)
    elsewhere: int = Field(ge=0, le=12)

    def limits(self) -> ExtractionLimits:
        return ExtractionLimits(**self.model_dump())


class AskedPolicy(StrictModel):
    """Log-odds and a likeness, see ``DeclineLimits``."""

    answerability: float = Field(ge=0)
    covered: float = Field(ge=0)
    nearest: float = Field(ge=0)
    quoted: float = Field(ge=0)
    bias: float
    least: float
    like_enough: float = Field(ge=0, le=1)


class DecliningPolicy(StrictModel):
    """When the composer declines; shares of words in [0, 1], sums of a share and answerability in [0, 2]."""

    covered: float = Field(ge=0, le=2)
    covered_narrative: float = Field(ge=0, le=2)
    covered_least: float = Field(ge=0, le=1)
    narrative_words: int = Field(ge=1)
    asked: AskedPolicy

    def limits(self) -> DeclineLimits:
        return DeclineLimits(**(self.model_dump() | {"asked": AskedLimits(**self.asked.model_dump())}))


class AskingPolicy(StrictModel):
    """Log-odds, see ``AskingLimits``."""

    hold_from: float
    offer_from: float
    rather_than_refuse_from: float

    def limits(self) -> AskingLimits:
        return AskingLimits(**self.model_dump())


class AnswerPolicy(StrictModel):
    version: int
    asking: AskingPolicy
    retrieval: RetrievalPolicy
    extraction: ExtractionPolicy
    declining: DecliningPolicy


@lru_cache(maxsize=4)
def load_answer_policy(path: Path = POLICY_FILE) -> AnswerPolicy:
    """Raises ``DataFileError`` when the file is missing or not as declared."""
    return load_declared(path, AnswerPolicy)
