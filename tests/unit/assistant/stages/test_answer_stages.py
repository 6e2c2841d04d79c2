"""resolve_citations and check_answer: what may be cited and said."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.contracts import CheckedAnswer, ComposerKind, DraftAnswer, DraftSentence, Evidence, Scope
from assistant.pipeline import Stop
from assistant.stages.check_answer import check_answer
from assistant.stages.resolve_citations import resolve_citations
from tests.factories import AS_OF, make_evidence, make_passage

TRIAL = make_passage(
    "- 合同期限三个月以上不满一年的，试用期不得超过一个月（依据：《中华人民共和国劳动合同法》第十九条）。\n"
    "- 试用期工资不得低于转正工资的80%（依据：《中华人民共和国劳动合同法实施条例》第十五条）。",
    id="trial#1",
    document_id="trial",
    title="试用期有哪些规定",
    path=("试用期最长多久",),
)
ARTICLE = make_passage(
    "供热单位应当自接到投诉之时起12小时内到场。",
    id="heat#12",
    document_id="heat",
    title="供热办法",
    path=("第三章 供热", "第十二条", "第二款"),
    document_number="京政发〔2010〕3号",
)
OLD = make_passage(
    "试用期不得超过六个月。", id="old#1", document_id="old", title="旧规定", repealed_on=date(2021, 1, 1)
)
EVIDENCE = make_evidence(TRIAL, ARTICLE, OLD)


def draft(*sentences: DraftSentence) -> DraftAnswer:
    return DraftAnswer(sentences, ComposerKind.MODEL, "m", "compose_answer@v1#0")


async def checked(*sentences: DraftSentence, evidence: Evidence = EVIDENCE) -> CheckedAnswer:
    return await check_answer(await resolve_citations(draft(*sentences), evidence), evidence, Scope(AS_OF))


GOOD = DraftSentence("合同期限三个月以上不满一年的，试用期不得超过1个月。", ("P1",))
CLAUSE = DraftSentence("供热单位应当在接到投诉之时起12小时内到场。", ("P2",))


async def test_tokens_become_document_and_clause() -> None:
    answer = await checked(GOOD, CLAUSE)
    first, second = answer.citations
    assert (first.number, first.document_id, first.path, first.clause) == (1, "trial", ("试用期最长多久",), "")
    assert first.basis == ("《中华人民共和国劳动合同法》第十九条",)
    assert first.quote == "合同期限三个月以上不满一年的，试用期不得超过一个月。"
    assert (second.clause, second.document_number) == ("第十二条第二款", "京政发〔2010〕3号")
    assert second.effective_from == date(2020, 1, 1)
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,)]


async def test_one_passage_with_two_bases_gives_two_citations() -> None:
    answer = await checked(GOOD, DraftSentence("试用期工资不得低于转正工资的80%。", ("P1",)), GOOD)
    assert [citation.basis[0][-4:] for citation in answer.citations] == ["第十九条", "第十五条"]
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,)]


async def test_an_unknown_token_is_dropped_and_leaves_no_source() -> None:
    answer = await checked(
        DraftSentence("供热单位应当在12小时内到场。", ("P9", "P2")), DraftSentence("到场要快。", ("P9",))
    )
    assert [citation.document_id for citation in answer.citations] == ["heat"]
    assert answer.removed == ("no_source: 到场要快。",)


async def test_unsupported_sentences_are_removed_and_citations_renumbered() -> None:
    wrong = DraftSentence("供热单位应当在48小时内到场。", ("P2",))
    answer = await checked(DraftSentence("没有依据的话。", ()), wrong, GOOD)
    assert [sentence.text for sentence in answer.sentences] == [GOOD.text]
    assert [citation.number for citation in answer.citations] == [1]
    assert answer.citations[0].document_id == "trial"
    assert [note.split(":")[0] for note in answer.removed] == ["no_source", "figures"]


async def test_nothing_left_is_a_refusal_with_the_nearest_documents() -> None:
    with pytest.raises(Stop) as stop:
        await checked(DraftSentence("可以领取88888元补贴。", ("P1",)))
    assert stop.value.status == "unanswerable_unsupported"
    assert [document.document_id for document in stop.value.nearest] == ["trial", "heat", "old"]


async def test_repealed_text_is_never_cited_as_in_force() -> None:
    repealed = DraftSentence("试用期不得超过六个月。", ("P3",))
    with pytest.raises(Stop) as stop:
        await checked(repealed)
    assert stop.value.status == "unanswerable_not_in_force"
    answer = await checked(repealed, GOOD)
    assert [note.split(":")[0] for note in answer.removed] == ["not_in_force"]


async def test_the_same_text_may_be_cited_for_a_day_when_it_was_in_force() -> None:
    evidence = make_evidence(OLD, as_of=date(2020, 6, 1))
    resolved = await resolve_citations(draft(DraftSentence("试用期不得超过六个月。", ("P1",))), evidence)
    answer = await check_answer(resolved, evidence, Scope(date(2020, 6, 1)))
    assert answer.citations[0].repealed_on == date(2021, 1, 1)


async def test_markup_of_the_model_is_gone_and_addresses_are_refused() -> None:
    marked = DraftSentence("**供热单位**应当在接到投诉之时起12小时内<b>到场</b>。![x](http://evil.example/?a)", ("P2",))
    answer = await checked(marked)
    assert answer.sentences[0].text == "供热单位应当在接到投诉之时起12小时内到场。"
    with pytest.raises(Stop):
        await checked(DraftSentence("供热单位应当自接到投诉之时起到场，见evil.example。", ("P2",)))


async def test_an_answer_is_bounded() -> None:
    many = [DraftSentence(f"供热单位应当自接到投诉之时起12小时内到场{'，' * at}。", ("P2",)) for at in range(30)]
    answer = await checked(*many)
    assert len(answer.sentences) == 12
    assert {note.split(":")[0] for note in answer.removed} == {"too_long"}
