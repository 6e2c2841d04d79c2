"""Flow ``answer_inquiry`` over opened parts; a command gets it alone, without orders, pages and clocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from assistant.adapters.asking_files import load_lacking
from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.guarded_composer import GuardedComposer
from assistant.adapters.screening_files import load_screener
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.bootstrap.library import open_search
from assistant.bootstrap.models import chat_model, compose_budget, model_composer
from assistant.city_pack import city_pack_folder
from assistant.domain.degradation import Degradation
from assistant.flows.answer_inquiry import AnswerFlow, build_answer_flow
from assistant.settings import Settings
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput

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
        lacking=load_lacking(),
    )


def open_answering(settings: Settings) -> tuple[AnswerFlow, Callable[[], Awaitable[None]]]:
    """The flow by itself and what closes it. Raises ``IndexUnavailable``, ``DataMissing``, ``DataFileError``."""
    search, chat = ThreadedSearch(open_search(settings), Degradation()), chat_model(settings)

    async def close() -> None:
        search.close()
        if chat is not None:
            await chat.close()

    return build_flow(settings, search, chat), close
