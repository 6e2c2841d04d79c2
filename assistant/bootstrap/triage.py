"""Flow ``triage_appeal`` over the city pack and what was learned from the city's own orders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.catalogue_files import load_catalogue
from assistant.bootstrap.history import joined
from assistant.bootstrap.models import chat_model, field_filler
from assistant.bootstrap.orders import appellant_secret
from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import DataMissing, city_pack_folder
from assistant.domain.catalogue import Catalogue
from assistant.flows.triage_appeal import Learned, TriageFlow
from assistant.ports.triage import OrderHistory, UnitLessons
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel


def build_triage(
    settings: Settings,
    history: OrderHistory | None = None,
    lessons: UnitLessons | None = None,
    chat: OpenAIChatModel | None = None,
) -> TriageFlow:
    """Flow ``triage_appeal``; needs the city pack only, and uses ``history``, ``lessons`` and what was learned from the
    city's own orders. ``chat`` is closed by who gave it; a command that gives none ends with the one made here.

    Raises:
        DataMissing, DataFileError, WiringError; ModelUnusable: ``models_dir`` is damaged.
    """
    catalogue = city_pack_folder(settings.city_pack) / "catalogue"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secret = appellant_secret(settings.data_dir).encode()
    from assistant.learning.place_tagger import load_place_tagger  # numpy: only for those who triage

    tagger, filler = load_place_tagger(), field_filler(settings, chat or chat_model(settings))
    learned = Learned(history, lessons=lessons, place_tagger=tagger, filler=filler)
    if settings.models_dir is not None:
        learned = _with_models(learned, settings.models_dir, settings, load_catalogue(catalogue))
    return open_triage_flow(catalogue, learned, secret=secret)


def _with_models(learned: Learned, folder: Path, settings: Settings, catalogue: Catalogue) -> Learned:
    if not folder.is_dir():
        raise DataMissing(f"HOTLINE_MODELS_DIR={folder}: no such folder; make it with `hotline learn --out`")
    from assistant.learning.learned_models import load_categories, load_router

    history, router = joined(settings, learned.history), load_router(folder, catalogue)
    return replace(learned, history=history, router=router, categories=load_categories(folder))
