"""Flow ``triage_appeal`` over the files of a city pack."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.screening_files import load_danger_model, load_danger_rules, load_screener
from assistant.appeal_cues import load_appeal_cues, load_category_examples
from assistant.domain.appeal import Intake, TriageReport
from assistant.domain.catalogue import Catalogue
from assistant.domain.category_index import CategoryIndex
from assistant.domain.emergencies import EmergencyWatch
from assistant.flows.triage_appeal import Learned, TriageFlow, build_triage_flow

NOTHING_LEARNED = Learned()


def open_triage_flow(folder: Path, learned: Learned = NOTHING_LEARNED, *, secret: bytes) -> TriageFlow:
    """``folder`` is the pack's ``catalogue``. Raises ``DataFileError`` and ``WiringError``."""
    watch = EmergencyWatch.of(load_screener(), load_danger_rules(), load_danger_model())
    catalogue, cues = load_catalogue(folder), load_appeal_cues(folder)
    return build_triage_flow(catalogue, cues, watch, category_index(folder), learned, secret=secret)


def category_index(folder: Path) -> CategoryIndex:
    """The category tree with its examples, read by words and by meaning. Raises ``DataFileError``."""
    from assistant.similarity.category_meaning import CategoryMeaning  # numpy: only for those who triage

    categories, examples = load_catalogue(folder).categories, load_category_examples(folder)
    said = {category.name: [category.path[-1], *category.cues] for category in categories}
    for name, saying in examples:
        said.get(name, []).append(saying)
    return CategoryIndex.build(categories, examples, CategoryMeaning.of(list(said.values())))


class TriageWhenNeeded:
    """Opens the flow at its first use: who only asks a question must not wait for it."""

    def __init__(self, open_flow: Callable[[], TriageFlow]) -> None:
        self._open = open_flow

    @cached_property
    def flow(self) -> TriageFlow:
        return self._open()

    def warm_up(self) -> None:
        """Raises what opening the flow raises: a service must not start with a damaged pack."""
        _ = self.flow

    @property
    def catalogue(self) -> Catalogue:
        return self.flow.catalogue

    async def triage_appeal(self, intake: Intake) -> TriageReport:
        return await self.flow.triage_appeal(intake)
