"""What a later turn borrows: by rules, and by how much it lacks when read alone."""

from __future__ import annotations

import pytest

from assistant.contracts import Message, RedactedText, ScreenedText, StandaloneQuestion
from assistant.domain.asking_back import OFFER
from assistant.stages.contextualise_question import ContextualiseQuestion

ASKED = Message("user", "公积金最低缴多少")
ANSWERED = Message("assistant", "缴存比例不低于百分之五。依据：……")
OFFERED = Message("assistant", f"由基金支付。{OFFER}请问是职工医保还是居民医保？")


async def completed(question: str, *history: Message, lacking: float | None = None) -> StandaloneQuestion:
    stage = ContextualiseQuestion(lacking=(lambda text: lacking) if lacking is not None else None)
    return await stage(ScreenedText(question), RedactedText(question, (), history))


async def test_a_question_that_lacks_much_goes_on_with_the_one_before() -> None:
    assert (await completed("单位不给缴怎么办", ASKED, ANSWERED, lacking=0.4)).text == "公积金最低缴，单位不给缴怎么办"
    assert (await completed("单位不给缴怎么办", ASKED, ANSWERED, lacking=-1.0)).text == "单位不给缴怎么办"


async def test_a_question_that_lacks_nothing_borrows_nothing() -> None:
    """这种 points at something in the question itself here."""
    question = "餐馆收餐具费这种做法合法吗"
    assert (await completed(question, ASKED, ANSWERED, lacking=-2.0)).carried_over == ()
    assert (await completed(question, ASKED, ANSWERED, lacking=-1.0)).carried_over


@pytest.mark.parametrize("reply", ["职工医保", "外地的", "我是居民医保"])
async def test_a_plain_reply_answers_what_was_asked_below_an_answer(reply: str) -> None:
    question = await completed(reply, Message("user", "看病报销能报多少"), OFFERED)
    assert question.text == f"看病报销能报多少（{reply}）"


async def test_a_new_matter_after_an_offered_question_is_no_reply() -> None:
    question = await completed("楼下烧烤天天半夜吵得睡不着", Message("user", "看病报销能报多少"), OFFERED)
    assert question.text == "楼下烧烤天天半夜吵得睡不着"
