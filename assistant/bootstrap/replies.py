"""The composition root's part for drafts of replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.extractive_reply import ExtractiveReply
from assistant.adapters.guarded_composer import GuardedComposer
from assistant.adapters.past_replies import PastReplies
from assistant.adapters.screening_files import load_screener
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.bootstrap.library import open_search
from assistant.bootstrap.models import chat_model
from assistant.bootstrap.orders import WorkOrders
from assistant.city_pack import prompts_folder
from assistant.domain.degradation import Degradation
from assistant.domain.screening import Screener
from assistant.flows.draft_reply import ReplyFlow, build_reply_flow
from assistant.ports.answering import PassageSearch
from assistant.setting_sections import OpenAIChat
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.ports.answering import ChatModel
    from assistant.ports.replies import ReplyComposer


def build_replies(
    settings: Settings, search: PassageSearch, chat: ChatModel | None, open_orders: Callable[[], WorkOrders]
) -> ReplyFlow:
    """Flow ``draft_reply``. ``chat`` is ``None`` where replies are to quote. Raises ``DataFileError``, ``WiringError``."""
    within_s = settings.chat.timeout_s if isinstance(settings.chat, OpenAIChat) else 30.0
    screener = load_screener()
    return build_reply_flow(
        search=search,
        backup=ExtractiveReply(GuardedComposer(ExtractiveComposer(), screener.gives_orders)),
        composer=_model_reply(settings, chat, screener) if chat else None,
        history=PastReplies(lambda: open_orders().store),
        home_region=settings.region,
        within_s=within_s,
    )


def open_replies(settings: Settings, open_orders: Callable[[], WorkOrders]) -> tuple[ReplyFlow, Callable[[], None]]:
    """Flow ``draft_reply`` by itself and what closes it. Raises ``IndexUnavailable``, ``DataFileError``."""
    search = ThreadedSearch(open_search(settings), Degradation())
    return build_replies(settings, search, chat_model(settings), open_orders), search.close


def _model_reply(settings: Settings, chat: ChatModel, screener: Screener) -> ReplyComposer:
    from assistant.adapters.model_reply import ModelReply
    from assistant.prompting import load_prompt

    prompt = load_prompt(prompts_folder(settings.prompts_dir), "draft_reply")
    return ModelReply(chat, prompt, neutralise=lambda text: screener.screen_content(text, official=False).text)
