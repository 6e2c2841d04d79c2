"""Flow ``draft_reply``: from an order's log, clauses and past replies to the draft of a written reply; a person sends it."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.contracts import ComposerKind
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.domain.reply_draft import CaseFacts, PastReplies, ReplyCase, ReplyPart
from assistant.domain.reply_wording import notices
from assistant.pipeline import FlowResult, Pipeline, Stage, Step, step
from assistant.ports.answering import PassageSearch
from assistant.ports.replies import ReplyComposer, ReplyHistory
from assistant.rendering import citation_line
from assistant.reply_contracts import CheckedReply, CheckedSentence, ReplyOutcome
from assistant.stages.check_reply import check_reply
from assistant.stages.collect_facts import collect_facts
from assistant.stages.compose_reply import ComposeReply
from assistant.stages.find_basis import FindBasis
from assistant.stages.find_past_replies import FindPastReplies
from assistant.statuses import Statuses, load_statuses

UNNAMED = (ReplyPart.GREETING, ReplyPart.CONTACT)
DRAFT = "草稿，须经承办单位核实后使用"


def draft_reply_stages(*, basis: Stage, past: Stage, compose: Stage, compose_within_s: float) -> tuple[Step, ...]:
    return (
        step(collect_facts, within_s=1),
        step(basis, fails_as="error_retrieval", within_s=4),
        step(past, fails_as="error_retrieval", within_s=3),
        step(compose, fails_as="error_composition", within_s=compose_within_s),
        step(check_reply, fails_as="error_composition", within_s=1),
    )


@dataclass(frozen=True)
class ReplyFlow:
    """Holds no state of a case, so one serves all."""

    pipeline: Pipeline
    statuses: Statuses = field(default_factory=load_statuses)

    async def draft_reply(self, case: ReplyCase) -> ReplyOutcome:
        """A draft with a gap wherever nothing is recorded. A failing stage ends it with ``error``: nothing is made up."""
        result = await self.pipeline.run({ReplyCase: case})
        if result.stop is not None:
            return ReplyOutcome(error=result.stop.status, trace=result.trace)
        return _concluded(case, result, self.statuses)


def _concluded(case: ReplyCase, result: FlowResult, statuses: Statuses) -> ReplyOutcome:
    reply: CheckedReply = result.values[CheckedReply]
    facts: CaseFacts = result.values[CaseFacts]
    past: PastReplies = result.values[PastReplies]
    return ReplyOutcome(
        text=text_of(reply),
        parts=reply.parts,
        citations=reply.citations,
        facts=facts.facts,
        past=past.replies,
        gaps=sum(sentence.gap for _, sentences in reply.parts for sentence in sentences),
        label=_label(reply, statuses),
        notices=notices(case),
        composer=reply.composer,
        model=reply.model,
        prompt=reply.prompt,
        degraded=reply.degraded,
        removed=reply.removed,
        trace=result.trace,
    )


def text_of(reply: CheckedReply) -> str:
    """The reply as a letter: a paragraph for each part, then the clauses that it cites."""
    paragraphs = [_paragraph(part, sentences) for part, sentences in reply.parts]
    sources = "\n".join(citation_line(citation) for citation in reply.citations)
    return "\n".join([*paragraphs, *([f"依据：\n{sources}"] if sources else [])])


def _paragraph(part: ReplyPart, sentences: tuple[CheckedSentence, ...]) -> str:
    said = "".join(item.text + "".join(f"[{number}]" for number in item.citations) for item in sentences)
    return said if part in UNNAMED else f"{part.value}：{said}"


def _label(reply: CheckedReply, statuses: Statuses) -> str:
    kind = statuses.labels.extractive if reply.composer is ComposerKind.EXTRACTIVE else ""
    failed = any(name.startswith("chat_model") for name in reply.degraded)
    parts = [statuses.labels.degraded if failed else "", kind, statuses.labels.ai_generated, DRAFT]
    return "【" + "｜".join(part for part in parts if part) + "】"


def build_reply_flow(
    *,
    search: PassageSearch,
    backup: ReplyComposer,
    composer: ReplyComposer | None = None,
    history: ReplyHistory | None = None,
    home_region: str | None = None,
    breaker: CircuitBreaker | None = None,
    within_s: float = 30.0,
) -> ReplyFlow:
    """``backup`` needs no model. Raises ``WiringError``: a stage lacks an input."""
    steps = draft_reply_stages(
        basis=FindBasis(search, home_region),
        past=FindPastReplies(history),
        compose=ComposeReply(backup, composer, breaker, within_s),
        compose_within_s=within_s + 5,
    )
    return ReplyFlow(Pipeline(steps, (ReplyCase,)))
