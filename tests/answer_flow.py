"""The flow ``answer_inquiry`` over a handful of passages in memory, with plain stages for masking and screening."""

from __future__ import annotations

from pathlib import Path

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.contracts import RedactedText, ScreenedText, Turn
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.flows.answer_inquiry import AnswerFlow, build_answer_flow
from assistant.ports.answering import Composer, PassageSearch
from assistant.stages.compose_answer import ComposeBudget
from tests.factories import make_passage
from tests.pack_search import PackSearch

CATALOGUE = Path(__file__).resolve().parent.parent / "policy_corpus" / "catalogue"
PASSAGES = (
    make_passage(
        "- 合同期限三个月以上不满一年的，试用期不得超过一个月（依据：《中华人民共和国劳动合同法》第十九条）。\n"
        "- 三年以上固定期限和无固定期限的合同，试用期不得超过六个月（依据：《中华人民共和国劳动合同法》第十九条）。",
        id="trial#1",
        document_id="trial",
        title="试用期有哪些规定",
        path=("试用期最长多久",),
    ),
    make_passage(
        "- 垃圾清运不及时的，居民可以拨打12345反映，由街道办事处督促清运单位处理"
        "（依据：《北京市生活垃圾管理条例》第八条）。",
        id="waste#1",
        document_id="waste",
        title="垃圾清运不及时没人管怎么办",
        path=("办理步骤",),
    ),
    make_passage(
        "供热单位应当自接到投诉之时起12小时内到场处理。",
        id="heat#12",
        document_id="heat",
        title="供热采暖办法",
        path=("第十二条",),
    ),
)


async def plain_redaction(turn: Turn) -> RedactedText:
    return RedactedText(turn.question, (), turn.history)


async def plain_screening(redacted: RedactedText) -> ScreenedText:
    return ScreenedText(redacted.text)


def make_flow(
    composer: Composer | None = None,
    search: PassageSearch | None = None,
    breaker: CircuitBreaker | None = None,
    budget: ComposeBudget | None = None,
    backup: Composer | None = None,
) -> AnswerFlow:
    backup = backup or ExtractiveComposer()
    return build_answer_flow(
        search=search or PackSearch(PASSAGES),
        composer=composer or backup,
        backup=backup,
        redact=plain_redaction,
        screen=plain_screening,
        catalogue=CATALOGUE,
        home_region="北京市朝阳区",
        breaker=breaker,
        budget=budget,
    )
