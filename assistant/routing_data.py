"""Strict shapes of the city pack's routing data, ``catalogue/routing_labels.yaml`` and ``clarifications.yaml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from assistant.data_files import Prose, StrictModel, load_declared
from assistant.statuses import load_statuses


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if r"\b" in pattern:
        raise ValueError(r"\b never holds next to Han characters; use look-arounds")
    return pattern


def _known_status(status: str) -> str:
    if status not in load_statuses():
        raise ValueError(f"{status!r} is not in answer_statuses.yaml")
    return status


def _a_question(ask: str) -> str:
    """A later turn knows by it that a short reply belongs here."""
    if "？" not in ask:
        raise ValueError(f"asks nothing: {ask}")
    return ask


Pattern = Annotated[str, AfterValidator(_compiles)]
StatusName = Annotated[str, AfterValidator(_known_status)]


class Cue(StrictModel):
    pattern: Pattern
    weight: float


class RoutingLabel(StrictModel):
    """One destination. With a ``status`` the turn ends there with ``reply``; else ``closing`` follows the answer."""

    label: str
    name: str
    description: str
    cues: list[Cue]
    status: StatusName | None = None
    reply: Prose = ""
    closing: Prose = ""

    @model_validator(mode="after")
    def _ends_or_goes_on(self) -> RoutingLabel:
        if bool(self.status) != bool(self.reply):
            raise ValueError("a label that ends the turn has both a status and a reply")
        return self


class PlaceNote(StrictModel):
    when: Pattern
    unless: Pattern
    text: Prose


class RoutingLabels(StrictModel):
    version: int
    default: str
    threshold: float = Field(gt=0)
    labels: list[RoutingLabel]
    notes: list[PlaceNote] = Field(default_factory=list)

    @model_validator(mode="after")
    def _default_exists(self) -> RoutingLabels:
        names = [item.label for item in self.labels]
        if self.default not in names or len(set(names)) != len(names):
            raise ValueError("labels must be unique and contain the default")
        return self

    def __getitem__(self, label: str) -> RoutingLabel:
        return next(item for item in self.labels if item.label == label)


class VagueRule(StrictModel):
    filler: Pattern
    ask: Prose


class ClarificationRule(StrictModel):
    """Asks back when ``when`` (and ``also``) match and ``unless``, which would already decide it, does not."""

    id: str
    when: Pattern
    unless: Pattern = ""
    also: Pattern = ""
    ask: Annotated[Prose, AfterValidator(_a_question)]
    options: list[str] = Field(default_factory=list)

    def applies(self, text: str) -> bool:
        if self.also and not re.search(self.also, text):
            return False
        return bool(re.search(self.when, text)) and not (self.unless and re.search(self.unless, text, re.IGNORECASE))


class Clarifications(StrictModel):
    """``contrasts``: groups of words of which a follow-up swaps one for another (京籍 / 外地户口).

    ``points``: what to ask of a question that was found to lack something; the first that applies gives the words.
    """

    version: int
    contrasts: list[list[str]]
    vague: VagueRule
    rules: list[ClarificationRule]
    points: list[ClarificationRule] = Field(default_factory=list)


class LayWord(StrictModel):
    says: Pattern
    means: str = Field(min_length=1)


class LayWords(StrictModel):
    """``words``: what citizens say (a pattern) and what guides call it, applied in file order."""

    version: int
    words: list[LayWord]

    def pairs(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((re.compile(item.says, re.IGNORECASE), item.means) for item in self.words)


def load_routing_labels(catalogue: Path) -> RoutingLabels:
    """Raises ``DataFileError`` when the file is missing or not as declared."""
    return load_declared(catalogue / "routing_labels.yaml", RoutingLabels)


def load_clarifications(catalogue: Path) -> Clarifications:
    """Raises ``DataFileError`` when the file is missing or not as declared."""
    return load_declared(catalogue / "clarifications.yaml", Clarifications)


def load_lay_words(catalogue: Path) -> LayWords:
    """A pack without such a file says nothing. Raises ``DataFileError`` when it is not as declared."""
    path = catalogue / "lay_words.yaml"
    return load_declared(path, LayWords) if path.is_file() else LayWords(version=1, words=[])
