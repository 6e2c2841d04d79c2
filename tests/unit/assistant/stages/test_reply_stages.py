"""Composing and checking a reply: nothing unsupported stands, a model's failure costs no draft."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.extractive_reply import ExtractiveReply
from assistant.contracts import ComposerKind, Evidence
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.domain.reply_draft import GAP, CaseFacts, PastReplies, ReplyCase, ReplySentence
from assistant.domain.reply_draft import ReplyPart as Part
from assistant.domain.reply_facts import collect, matter_of
from assistant.ports.answering import ChatModelError
from assistant.reply_contracts import CheckedReply, DraftedReply
from assistant.stages.check_reply import ReplyGate, check_reply
from assistant.stages.compose_reply import ComposeReply
from assistant.stages.find_basis import FindBasis
from retrieval.contracts import SearchQuery, SearchResult
from retrieval.ports import IndexUnavailable
from tests.factories import make_evidence, make_passage
from tests.replies import TODAY, case_of, evidence, logged

CASE = case_of(logged())
FACTS = collect(CASE)
TOKENS = {fact.text[:5]: fact.token for fact in FACTS.facts}
SEEN, DONE, NEXT = TOKENS["3月3日到"], TOKENS["已更换管道"], TOKENS["下一步将于"]


def said(part: Part, text: str, *tokens: str) -> ReplySentence:
    return ReplySentence(part, text, tokens)


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        (said(Part.DONE, "我单位已更换管道接口，漏水点已修复。", DONE), None),
        (said(Part.FOUND, "3月3日我单位到现场查看，系顶层管道接口老化渗漏。", SEEN), None),
        (said(Part.FOUND, "3月4日我单位到现场查看，系顶层管道接口老化渗漏。", SEEN), "figures"),
        (said(Part.FOUND, "经到现场查看，您反映的顶层管道接口老化渗漏问题属实。", SEEN), "claim"),
        (said(Part.DONE, "物业公司已向您道歉并赔偿损失。", DONE), "claim"),
        (said(Part.DONE, "我单位工作人员态度热情、响应迅速。", DONE), "overlap"),
        (said(Part.DONE, "已更换管道接口。"), "no_source"),
        (said(Part.DONE, "已更换管道接口。", "F99"), "no_source"),
        (said(Part.DONE, "物业应当立即组织维修。", "P1"), "no_source"),
        (said(Part.BASIS, "业主专有部分以外的漏水，物业应当立即组织维修。", "P1"), None),
        (said(Part.BASIS, "业主专有部分以外的漏水，物业应当3日内组织维修。", "P1"), "figures"),
        (said(Part.BASIS, "物业不得拒绝维修。", "P7"), "no_source"),
        (said(Part.NEXT, f"{GAP}：随便写】", NEXT), "forged_gap"),
        (said(Part.NEXT, "详见 http://evil.example/x 下一步将于3月6日复查。", NEXT), "address"),
    ],
)
def test_only_what_is_supported_passes(sentence: ReplySentence, fault: str | None) -> None:
    assert ReplyGate(FACTS, evidence()).fault(sentence) == fault


async def checked(*sentences: ReplySentence, found: Evidence | None = None, facts: CaseFacts = FACTS) -> CheckedReply:
    return await check_reply(CASE, facts, found or evidence(), DraftedReply(sentences, ComposerKind.MODEL, "m"))


async def test_a_part_without_a_sentence_asks_for_one() -> None:
    reply = await checked(said(Part.DONE, "已更换管道接口，漏水点已修复。", DONE))
    gaps = {part: sentences[0].gap for part, sentences in reply.parts}
    assert gaps == {
        Part.GREETING: False, Part.FOUND: True, Part.DONE: False, Part.BASIS: True, Part.NEXT: True, Part.CONTACT: True
    }  # fmt: skip
    assert [part for part, _ in reply.parts] == list(Part)


async def test_what_fails_is_removed_and_kept_for_the_audit() -> None:
    reply = await checked(said(Part.DONE, "已赔偿诉求人损失5000元。", DONE), said(Part.GREETING, "亲爱的您好", DONE))
    assert dict(reply.parts)[Part.DONE][0].gap
    assert [note.split(":")[0] for note in reply.removed] == ["claim", "overlap"]


async def test_citations_are_numbered_by_use_and_name_the_law() -> None:
    basis = said(Part.BASIS, "业主专有部分以外的漏水，物业应当立即组织维修。", "P1")
    reply = await checked(basis, basis)
    (sentence,) = dict(reply.parts)[Part.BASIS]
    assert sentence.citations == (1,)
    assert [(c.number, c.basis) for c in reply.citations] == [(1, ("《演示物业管理条例》第八十七条",))]
    assert reply.removed[0].startswith("repeated")


async def test_a_repealed_clause_is_no_basis() -> None:
    from datetime import date

    old = make_evidence(make_passage("物业应当立即组织维修。", repealed_on=date(2021, 1, 1)), as_of=TODAY)
    reply = await checked(said(Part.BASIS, "物业应当立即组织维修。", "P1"), found=old)
    assert reply.removed[0].startswith("not_in_force")
    assert reply.citations == ()


QUOTING = ExtractiveReply(ExtractiveComposer())


class Scripted:
    kind, model, prompt = ComposerKind.MODEL, "scripted", "draft_reply@v1#0"

    def __init__(self, *sentences: ReplySentence, error: Exception | None = None, delay_s: float = 0.0) -> None:
        self.sentences, self.error, self.delay_s, self.calls = sentences, error, delay_s, 0

    async def compose(
        self, case: ReplyCase, facts: CaseFacts, found: Evidence, past: PastReplies
    ) -> tuple[ReplySentence, ...]:
        self.calls += 1
        await asyncio.sleep(self.delay_s)
        if self.error:
            raise self.error
        return self.sentences


async def composed(composer: Scripted | None, stage: ComposeReply | None = None) -> DraftedReply:
    stage = stage or ComposeReply(QUOTING, composer, within_s=0.05)
    return await stage(CASE, FACTS, evidence(), PastReplies())


def parts(draft: DraftedReply) -> Sequence[Part]:
    return [sentence.part for sentence in draft.sentences]


async def test_without_a_model_the_log_is_quoted_and_the_law_but_no_advice() -> None:
    draft = await composed(None)
    assert (draft.composer, draft.model, draft.degraded) == (ComposerKind.EXTRACTIVE, None, ())
    assert set(parts(draft)) == {Part.FOUND, Part.DONE, Part.BASIS, Part.NEXT}
    assert "先看看" not in repr(draft.sentences)
    assert (await check_reply(CASE, FACTS, evidence(), draft)).removed == ()


async def test_a_model_writes_and_the_log_fills_what_it_left_out() -> None:
    model = Scripted(said(Part.DONE, "我单位已更换管道接口，漏水点已修复。", DONE), said(Part.FOUND, "已赔偿。", SEEN))
    draft = await composed(model)
    assert (draft.composer, draft.model, draft.prompt) == (ComposerKind.MODEL, "scripted", "draft_reply@v1#0")
    assert [s.text for s in draft.sentences if s.part is Part.DONE] == ["我单位已更换管道接口，漏水点已修复。"]
    assert [s.text for s in draft.sentences if s.part is Part.FOUND][-1] == "3月3日到现场查看，系顶层管道接口老化渗漏。"


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (Scripted(error=ChatModelError("unreachable")), "unreachable"),
        (Scripted(delay_s=1), "timeout"),
        (Scripted(said(Part.DONE, "已赔偿5000元。", DONE)), "unsupported"),
        (Scripted(), "unsupported"),
    ],
)
async def test_a_failing_model_costs_no_draft(model: Scripted, reason: str) -> None:
    draft = await composed(model)
    assert draft.composer is ComposerKind.EXTRACTIVE
    assert draft.degraded == (f"chat_model:{reason}",)
    assert Part.DONE in parts(draft)


async def test_a_model_that_keeps_failing_is_left_alone() -> None:
    model = Scripted(error=ChatModelError("unreachable"))
    stage = ComposeReply(QUOTING, model, CircuitBreaker(failures=2))
    for _ in range(4):
        draft = await composed(None, stage)
    assert model.calls == 2
    assert draft.degraded == ("chat_model:circuit_open",)


class Search:
    def __init__(self, result: SearchResult | Exception) -> None:
        self.result, self.queries = result, []  # type: ignore[var-annotated]

    async def search(self, query: SearchQuery) -> SearchResult:
        self.queries.append(query)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    async def neighbours(self, passage: object) -> tuple[()]:
        return ()


async def test_an_index_that_is_away_costs_the_basis_only() -> None:
    found = await FindBasis(Search(IndexUnavailable("演示")))(CASE)  # type: ignore[arg-type]
    assert (found.passages, found.degraded) == ((), ("index",))


async def test_an_unsure_search_gives_no_basis() -> None:
    from retrieval.contracts import ScoredPassage

    hits = (ScoredPassage(evidence().passages[0].passage, 1.0),)
    search = Search(SearchResult(hits, 0.1, "v"))
    assert (await FindBasis(search)(CASE)).passages == ()  # type: ignore[arg-type]
    sure = Search(SearchResult(hits, 0.9, "v"))
    assert [item.token for item in (await FindBasis(sure)(CASE)).passages] == ["P1"]  # type: ignore[arg-type]
    assert sure.queries[0].as_of == TODAY


def test_the_search_is_for_the_matter_and_not_for_the_place() -> None:
    order = logged(title="（演示）望京西园三区楼道漏水", place="望京西园三区").order
    assert matter_of(order) == "物业管理 楼道漏水"
