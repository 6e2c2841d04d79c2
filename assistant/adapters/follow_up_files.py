"""Reads the city pack's ``catalogue/follow_up.yaml``; a file that is not as declared is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from assistant.data_files import Prose, StrictModel, load_declared
from assistant.domain.follow_up import FollowUpQuestion, FollowUpScript

NAME = "follow_up.yaml"
Asked = Literal["contacted", "solved", "satisfaction", "opinion"]


class _Question(StrictModel):
    field: Asked
    ask: Prose = Field(min_length=4)
    answers: list[str] = Field(default_factory=list)
    only_if: str = ""


class _Script(StrictModel):
    version: int
    channels: list[str] = Field(min_length=1)
    retry_hours: int = Field(ge=1, le=240)
    unreachable_after: int = Field(ge=1, le=10)
    opening: Prose
    questions: list[_Question]
    unsolved: Prose
    closing: Prose

    @field_validator("questions")
    @classmethod
    def _asks_the_three(cls, questions: list[_Question]) -> list[_Question]:
        asked = [question.field for question in questions]
        if asked[:3] != ["contacted", "solved", "satisfaction"] or len(set(asked)) != len(asked):
            raise ValueError("the questions are contacted, solved, satisfaction, in this order, then others")
        return questions


def load_follow_up_script(folder: Path) -> FollowUpScript:
    """The script of the pack's ``catalogue`` folder. Raises ``DataFileError``."""
    read = load_declared(folder / NAME, _Script)
    questions = tuple(FollowUpQuestion(q.field, q.ask, tuple(q.answers), q.only_if) for q in read.questions)
    return FollowUpScript(
        opening=read.opening,
        questions=questions,
        closing=read.closing,
        unsolved=read.unsolved,
        channels=tuple(read.channels),
        retry_hours=read.retry_hours,
        unreachable_after=read.unreachable_after,
    )
