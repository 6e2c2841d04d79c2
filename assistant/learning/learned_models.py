"""The learned models as triage asks for them: ``assistant.ports.triage.CategoryModel`` and ``UnitRouter``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.domain.catalogue import Catalogue
from assistant.domain.unit_directory import UnitDirectory
from assistant.learning.classifier import TextClassifier
from assistant.learning.examples import Example, tidy
from assistant.learning.storage import load

PROPOSED = 10


@dataclass(frozen=True)
class LearnedCategories:
    classifier: TextClassifier

    def scores(self, text: str) -> Sequence[tuple[str, float]]:
        return self.classifier.predict(Example("", "", tidy(text))).ranked


@dataclass(frozen=True)
class LearnedRouter:
    """``unit_ids`` maps labels of the history to the catalogue's unit ids; labels that it does not know are left out."""

    classifier: TextClassifier
    unit_ids: Mapping[str, str]

    def rank(self, text: str, category: str, street_id: str | None) -> Sequence[tuple[str, float]]:
        ranked = self.classifier.predict(Example("", "", tidy(text))).ranked
        return [(self.unit_ids[label], chance) for label, chance in ranked if label in self.unit_ids][:PROPOSED]


def load_categories(folder: Path) -> LearnedCategories | None:
    """The category model of a folder that ``hotline learn`` wrote, None where the history had no categories.

    Raises:
        ModelUnusable: the folder is damaged.
    """
    return LearnedCategories(load(folder / "category")) if (folder / "category").is_dir() else None


def load_router(folder: Path, catalogue: Catalogue) -> LearnedRouter | None:
    """As ``load_categories``, for units."""
    if not (folder / "unit").is_dir():
        return None
    classifier, directory = load(folder / "unit"), UnitDirectory.of(catalogue)
    ids = {label: unit for label in classifier.labels if (unit := directory.find(label))}
    return LearnedRouter(classifier, ids)
