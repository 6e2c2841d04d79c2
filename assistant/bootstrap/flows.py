"""The flows over opened parts: answering, triage, drafting a reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.degradation import Degradation
from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.guarded_composer import GuardedComposer
from assistant.adapters.pack_triage import open_triage_flow
from assistant.adapters.screening_files import load_screener
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.bootstrap.history import joined
from assistant.bootstrap.library import open_search
from assistant.bootstrap.models import chat_model, compose_budget, field_filler, model_composer
from assistant.bootstrap.orders import WorkOrders, appellant_secret
from assistant.bootstrap.replies import build_replies
from assistant.city_pack import DataMissing, city_pack_folder
from assistant.flows import AnswerFlow, build_answer_flow
from assistant.ports import OrderHistory, UnitLessons
from assistant.reply_flow import ReplyFlow
from assistant.settings import Settings
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput
from assistant.triage_flow import TriageFlow

if TYPE_CHECKING:
    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel


def build_flow(settings: Settings, search: ThreadedSearch, chat: OpenAIChatModel | None = None) -> AnswerFlow:
    """``chat`` is ``None`` where answers are to quote clauses."""
    screener = load_screener()
    backup = GuardedComposer(ExtractiveComposer(), screener.gives_orders)
    return build_answer_flow(
        search=search,
        composer=model_composer(settings, chat, screener) if chat else backup,
        backup=backup,
        redact=redact_pii,
        screen=ScreenInput(screener),
        catalogue=city_pack_folder(settings.city_pack) / "catalogue",
        home_region=settings.region,
        budget=compose_budget(settings),
    )


def open_replies(settings: Settings, open_orders: Callable[[], WorkOrders]) -> tuple[ReplyFlow, Callable[[], None]]:
    """Flow ``draft_reply`` by itself and what closes it. Raises ``IndexUnavailable``, ``DataFileError``."""
    search = ThreadedSearch(open_search(settings), Degradation())
    return build_replies(settings, search, chat_model(settings), open_orders), search.close


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
    if settings.models_dir is None:
        return open_triage_flow(
            catalogue, secret=secret, history=history, lessons=lessons, place_tagger=tagger, filler=filler
        )
    if not settings.models_dir.is_dir():
        raise DataMissing(
            f"HOTLINE_MODELS_DIR={settings.models_dir}: no such folder; make it with `hotline learn --out`"
        )
    from assistant.learning.learned_models import load_categories, load_router

    router = load_router(settings.models_dir, load_catalogue(catalogue))
    return open_triage_flow(
        catalogue,
        secret=secret,
        history=joined(settings, history),
        router=router,
        categories=load_categories(settings.models_dir),
        lessons=lessons,
        place_tagger=tagger,
        filler=filler,
    )
