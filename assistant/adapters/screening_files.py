"""Load the guards' word lists, rules and weights (``assistant/screening``)."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.data_files import DataFileError, StrictModel, load_declared
from assistant.domain.disguises import Variants
from assistant.domain.request_model import RequestModel
from assistant.domain.screening import Screener
from assistant.domain.screening_rules import Rule, compile_rule, compile_words
from assistant.domain.word_classes import WordClasses

FOLDER = Path(__file__).resolve().parent.parent / "screening"
ORDER = ("emergency", "self_harm", "prompt_extraction", "injection", "illegal", "hateful")
MODELS = ("steering_model", "harm_model")


class RuleEntry(StrictModel):
    id: str
    needs: list[str] = Field(min_length=1)
    span: int = 0
    any_order: bool = False
    needs_also: list[str] = Field(default_factory=list)
    long_needs: list[str] = Field(default_factory=list)
    unless: list[str] = Field(default_factory=list)
    unless_scope: Literal["clause", "sentence"] = "clause"
    unless_sentence: list[str] = Field(default_factory=list)
    view: str | None = None
    in_documents: bool = True
    document_needs: list[str] = Field(default_factory=list)


class RuleFile(StrictModel):
    status: str
    words: dict[str, list[str]]
    extra_words: dict[str, list[str]] = Field(default_factory=dict)
    rules: list[RuleEntry]


class ModelFile(StrictModel):
    status: str
    asking_only: bool
    buckets: int
    scale: float
    bias: float
    threshold: float
    sentence_threshold: float
    trained_on: list[str]
    class_buckets: int = 0
    class_share: float = 0.0
    content_threshold: float = math.inf
    official_threshold: float = math.inf


class WordClassFile(StrictModel):
    classes: dict[str, str] = Field(min_length=1)


class CharacterTable(StrictModel):
    traditional: str = ""
    simplified: str = ""
    other: str = ""
    latin: str = ""


class Spelling(StrictModel):
    pattern: str
    plain: str


class VariantFile(StrictModel):
    simplified: CharacterTable
    more_simplified: CharacterTable
    look_alike: CharacterTable
    spellings: list[Spelling]


@lru_cache(maxsize=4)
def load_screener(folder: Path = FOLDER) -> Screener:
    """Raises ``DataFileError`` naming the file and the rule that cannot be used."""
    rules: list[Rule] = []
    order: list[str] = []
    for name in ORDER:
        status, loaded = _load_rules(folder / f"{name}.yaml")
        order.append(status)
        rules += loaded
    return Screener(tuple(rules), load_variants(folder), tuple(order), tuple(load_models(folder)))


@lru_cache(maxsize=4)
def load_danger_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Further signs of danger, for appeals: there a false alarm costs less than for questions."""
    return tuple(_load_rules(folder / "danger.yaml")[1])


@lru_cache(maxsize=4)
def load_danger_model(folder: Path = FOLDER) -> RequestModel:
    """Recognises danger in words that no rule lists, for appeals."""
    path = folder / "danger_model.yaml"
    return _load_model(path, load_declared(path, ModelFile))


def load_variants(folder: Path = FOLDER) -> Variants:
    declared = load_declared(folder / "variants.yaml", VariantFile)
    tables = (declared.simplified, declared.more_simplified, declared.look_alike)
    characters: dict[int, str] = {}
    for table in tables:
        characters |= {
            ord(a): b for a, b in zip(table.traditional + table.other, table.simplified + table.latin, strict=True)
        }
    return Variants(characters, tuple((re.compile(s.pattern), s.plain) for s in declared.spellings))


def load_models(folder: Path = FOLDER) -> Iterator[RequestModel]:
    """A model that is not declared is left out: the rules then stand alone. Weights are signed bytes times ``scale``."""
    for name in MODELS:
        path = folder / f"{name}.yaml"
        if path.is_file():
            yield _load_model(path, load_declared(path, ModelFile))


def _load_model(path: Path, declared: ModelFile) -> RequestModel:
    weights = array("b", path.with_suffix(".bin").read_bytes())
    expected = declared.buckets + declared.class_buckets
    if len(weights) != expected:
        raise DataFileError(f"{path.with_suffix('.bin')}: {expected} bytes expected, found {len(weights)}")
    values = declared.model_dump(exclude={"buckets", "class_buckets", "trained_on"})
    classes = load_word_classes(path.parent) if declared.class_buckets else None
    return RequestModel(
        weights=weights[: declared.buckets], classes=classes, class_weights=weights[declared.buckets :], **values
    )


@lru_cache(maxsize=4)
def load_word_classes(folder: Path = FOLDER) -> WordClasses:
    """Raises ``DataFileError`` for a class that is not a valid pattern."""
    path = folder / "word_classes.yaml"
    declared = load_declared(path, WordClassFile).classes
    try:
        return WordClasses({name: re.compile(pattern) for name, pattern in declared.items()})
    except re.error as error:
        raise DataFileError(f"{path}: {error.pattern!r} is not a valid pattern ({error})") from error


def _load_rules(path: Path) -> tuple[str, list[Rule]]:
    declared = load_declared(path, RuleFile)
    try:
        words = compile_words(declared.words | declared.extra_words)
    except re.error as error:
        raise DataFileError(f"{path}: {error.pattern!r} is not a valid pattern ({error})") from error
    return declared.status, [_compiled(path, declared.status, words, entry) for entry in declared.rules]


def _compiled(path: Path, status: str, words: dict[str, re.Pattern[str]], entry: RuleEntry) -> Rule:
    try:
        return compile_rule(status, words, **entry.model_dump())
    except KeyError as error:
        raise DataFileError(f"{path}: rule {entry.id} needs the word class {error}, which is not declared") from error
