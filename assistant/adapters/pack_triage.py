"""Flow ``triage_appeal`` over the files of a city pack."""

from __future__ import annotations

from pathlib import Path

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.screening_files import load_danger_model, load_danger_rules, load_screener
from assistant.appeal_cues import load_appeal_cues, load_category_examples
from assistant.domain.emergencies import EmergencyWatch
from assistant.ports import CategoryModel, OrderHistory, UnitRouter
from assistant.triage_flow import TriageFlow, build_triage_flow


def open_triage_flow(
    folder: Path,
    *,
    history: OrderHistory | None = None,
    router: UnitRouter | None = None,
    categories: CategoryModel | None = None,
    secret: bytes = b"",
) -> TriageFlow:
    """``folder`` is the pack's ``catalogue``. Raises ``DataFileError`` and ``WiringError``."""
    return build_triage_flow(
        load_catalogue(folder),
        load_appeal_cues(folder),
        EmergencyWatch.of(load_screener(), load_danger_rules(), load_danger_model()),
        examples=load_category_examples(folder),
        history=history,
        router=router,
        categories=categories,
        secret=secret,
    )
