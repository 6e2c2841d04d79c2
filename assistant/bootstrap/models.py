"""The chat model, where one is set, and what is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.adapters.guarded_composer import GuardedComposer
from assistant.adapters.screening_files import load_screener
from assistant.city_pack import prompts_folder
from assistant.domain.screening import Screener
from assistant.ports.answering import Composer
from assistant.ports.triage import FieldFiller
from assistant.setting_sections import OpenAIChat
from assistant.settings import Settings
from assistant.stages.compose_answer import ComposeBudget

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel


def compose_budget(settings: Settings) -> ComposeBudget:
    if isinstance(settings.chat, OpenAIChat):
        return ComposeBudget(first_sentence_s=settings.chat.first_token_timeout_s, total_s=settings.chat.timeout_s)
    return ComposeBudget()


def chat_model(settings: Settings) -> OpenAIChatModel | None:
    if not isinstance(settings.chat, OpenAIChat):
        return None
    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel

    chat = settings.chat
    return OpenAIChatModel(str(chat.base_url), chat.model, secret_of(chat.api_key))


def field_filler(settings: Settings, chat: OpenAIChatModel | None) -> FieldFiller | None:
    if chat is None:
        return None
    from assistant.adapters.model_fields import ModelFields
    from assistant.prompting import load_prompt

    prompt, screener = load_prompt(prompts_folder(settings.prompts_dir), "extract_appeal"), load_screener()
    return ModelFields(chat, prompt, neutralise=lambda text: screener.screen_content(text, official=False).text)


def model_composer(settings: Settings, chat: OpenAIChatModel, screener: Screener) -> Composer:
    from assistant.adapters.model_composer import ModelComposer
    from assistant.prompting import load_prompt

    prompt = load_prompt(prompts_folder(settings.prompts_dir), "compose_answer")
    composer = ModelComposer(chat, prompt, neutralise=lambda text: screener.screen_content(text).text)
    return GuardedComposer(composer, screener.gives_orders)


def secret_of(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
