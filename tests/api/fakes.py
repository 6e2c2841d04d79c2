"""A container whose flow is a script: what it yields, how slowly, and whether somebody stopped it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from pydantic import SecretStr

from assistant.adapters.in_process_feed import InProcessFeed
from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.adapters.in_process_sessions import InProcessSessions
from assistant.answer_tally import AnswerTally
from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.contracts import (
    AnswerEvent,
    AnswerFinished,
    Citation,
    CitedSentence,
    ComposerKind,
    EvidencePassage,
    NearestDocument,
    SentenceReady,
    StageStarted,
    StageTrace,
    Turn,
    TurnOutcome,
)
from assistant.domain.degradation import Degradation
from assistant.domain.rate_limit import RateRule
from assistant.flows.triage_appeal import TriageFlow
from assistant.live.hub import LiveHub
from assistant.ports.orders import StoreUnavailable
from assistant.ports.serving import Readiness, ReadinessCheck
from assistant.setting_sections import Api
from assistant.statuses import Statuses, load_statuses
from retrieval.contracts import Document, LegalBasis, Passage, ScoredPassage, SearchQuery, SearchResult, Validity

KEY = "test-key-for-demonstration-only"
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()

PASSAGES = (
    Passage(
        "p-20-1",
        "d-new",
        "演示物业管理办法",
        "物业服务收费标准的调整，应当由业主共同决定。物业服务人不得擅自提高收费标准。",
        ("第二章", "第二十条", "第一款"),
        100,
        136,
        20,
        Validity(date(2020, 5, 1)),
        "北京市",
        issuer="演示市人民政府",
        document_number="演示令第1号",
        basis=(LegalBasis("中华人民共和国民法典", "第二百七十八条"),),
    ),
    Passage(
        "p-20-2",
        "d-new",
        "演示物业管理办法",
        "擅自提高的，业主有权拒绝支付超出部分。",
        ("第二章", "第二十条", "第二款"),
        137,
        156,
        21,
    ),
)
_CODE = (LegalBasis("中华人民共和国民法典", "第二百七十八条"),)
_TITLE = "演示物业管理办法"
_SINCE, _BEFORE = Validity(date(2020, 5, 1)), Validity(date(2010, 1, 1), date(2020, 5, 1))
DOCUMENTS = (
    Document("d-new", _TITLE, level="规章", region="北京市", validity=_SINCE, predecessor_id="d-old", basis=_CODE),
    Document("d-old", _TITLE, validity=_BEFORE, successor_id="d-new", content_hash="a"),
    Document("e-heat", "演示供热采暖管理办法", region="北京市", validity=Validity(date(2018, 4, 1))),
)
CITATION = Citation(
    1, "p-20-1", "d-new", "演示物业管理办法", "第二十条第一款", PASSAGES[0].path, "演示令第1号", "演示市人民政府",
    date(2020, 5, 1), None, "物业服务收费标准的调整，应当由业主共同决定。", ("中华人民共和国民法典第二百七十八条",),
)  # fmt: skip
SENTENCES = (
    CitedSentence("物业服务收费标准的调整，应当由业主共同决定。", (1,), verbatim=True),
    CitedSentence("物业服务人不得擅自提高收费标准。", (1,), verbatim=True),
)
SOURCES = "\n\n依据：\n[1]《演示物业管理办法》第二十条第一款（自2020-05-01起施行）"
ANSWER = "".join(f"{sentence.text}[1]" for sentence in SENTENCES) + SOURCES


@dataclass
class ScriptedFlow:
    """Answers by the first word of the question: ``慢`` waits, ``错`` raises, a status name ends with that status."""

    statuses: Statuses = field(default_factory=load_statuses)
    turns: list[Turn] = field(default_factory=list)
    pause_s: float = 0.0
    aborted: int = 0
    finished: int = 0
    degraded: tuple[str, ...] = ()

    async def stream(self, turn: Turn) -> AsyncGenerator[AnswerEvent]:
        self.turns.append(turn)
        completed = False
        try:
            yield StageStarted("redact_pii")
            if turn.question.startswith("错"):
                raise LookupError("a bug that quotes 13800138000")
            if turn.question in self.statuses:
                yield self._canned(turn.question)
            else:
                for event in self._answer():
                    await asyncio.sleep(self.pause_s)
                    yield event
            completed = True
            self.finished += 1
        finally:
            self.aborted += not completed

    def _canned(self, status: str) -> AnswerFinished:
        text = self.statuses[status].text
        nearest = (NearestDocument("d-new", "演示物业管理办法", "第二十条"),) if status.startswith("unans") else ()
        outcome = TurnOutcome(
            status, text, label="本条为预设提示", statement=self.statuses.service_statement, nearest=nearest,
            redacted_question="〔已遮蔽〕", trace=(StageTrace("redact_pii", 0.001),),
        )  # fmt: skip
        return AnswerFinished(outcome, text)

    def _answer(self) -> list[AnswerEvent]:
        shown = [SentenceReady(s, (CITATION,) if i == 0 else (), f"{s.text}[1]") for i, s in enumerate(SENTENCES)]
        outcome = TurnOutcome(
            "answered", ANSWER, SENTENCES, (CITATION,), ComposerKind.EXTRACTIVE,
            label="摘录式答复 · 内容由AI生成，仅供参考，以政策原文为准", statement=self.statuses.service_statement,
            redacted_question="〔已遮蔽〕物业费涨价要谁同意", evidence=(EvidencePassage("P1", PASSAGES[0], 3.2),),
            trace=(StageTrace("redact_pii", 0.001), StageTrace("retrieve_evidence", 0.004)), answerability=0.9,
            degraded=self.degraded, prompt="compose_answer@v1#3f2a",
        )  # fmt: skip
        return [StageStarted("retrieve_evidence"), *shown, AnswerFinished(outcome, SOURCES)]


class FixedSearch:
    def __init__(self) -> None:
        self.queries: list[SearchQuery] = []
        self.fault: Exception | None = None

    def _fail_if_told(self) -> None:
        if self.fault is not None:
            raise self.fault

    async def search(self, query: SearchQuery) -> SearchResult:
        self._fail_if_told()
        self.queries.append(query)
        return SearchResult(tuple(ScoredPassage(passage, 2.0) for passage in PASSAGES)[: query.k], 0.8, "v1")

    async def neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        return PASSAGES

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        self._fail_if_told()
        return [passage for passage in PASSAGES if passage.id in passage_ids]


class FixedDocuments:
    def get(self, document_id: str) -> Document | None:
        return next((document for document in DOCUMENTS if document.id == document_id), None)

    def all(self) -> list[Document]:
        return list(DOCUMENTS)

    def passages_of(self, document_id: str) -> list[str]:
        return [passage.id for passage in PASSAGES if passage.document_id == document_id]


@dataclass
class RecordedAudit:
    records: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: bool = False

    async def append(self, event: str, payload: dict[str, Any]) -> None:
        if self.broken:
            raise OSError("disk full")
        self.records.append((event, payload))


@dataclass
class FixedCheck:
    ok: bool = True
    required: bool = True
    delay_s: float = 0.0

    async def check(self) -> Readiness:
        await asyncio.sleep(self.delay_s)
        return Readiness(self.ok, "" if self.ok else "refused")


@cache
def pack_triage() -> TriageFlow:
    """The real flow over the pack's catalogue: it needs no index and no model."""
    return open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")


class MemoryAnswers:
    """Where answers go that no test asks about."""

    def add(self, days: object, questions: object) -> None:
        return None

    def days(self, first: object, last: object) -> dict[Any, Any]:
        return {}

    def unanswered(self, since: object, *, limit: int = 50) -> list[Any]:
        return []

    def unanswered_count(self, since: object) -> int:
        return 0

    def forget(self, before: object) -> int:
        return 0


def no_orders() -> Any:
    raise StoreUnavailable("no database of orders here")


@dataclass
class FakeContainer:
    flow: ScriptedFlow = field(default_factory=ScriptedFlow)
    triage: Any = field(default_factory=pack_triage)
    search: FixedSearch = field(default_factory=FixedSearch)
    documents: FixedDocuments = field(default_factory=FixedDocuments)
    sessions: Any = field(default_factory=InProcessSessions)
    limiter: Any = field(default_factory=lambda: InProcessLimiter(RateRule(100_000)))
    outside: Any = None
    people: Any = field(default_factory=lambda: InProcessLimiter(RateRule(100_000)))
    filings: Any = field(default_factory=lambda: InProcessLimiter(RateRule(100_000)))
    audit: RecordedAudit = field(default_factory=RecordedAudit)
    readiness: Mapping[str, ReadinessCheck] = field(default_factory=lambda: {"index": FixedCheck()})
    degradation: Degradation = field(default_factory=Degradation)
    region: str = "北京市朝阳区"
    work_orders: Any = no_orders
    watch: Any = None
    history: Any = None
    tally: Any = field(default_factory=lambda: AnswerTally(MemoryAnswers))
    live: LiveHub = field(default_factory=lambda: LiveHub(InProcessFeed()))
    replies: Any = None
    knowledge: Any = None
    started: int = 0
    closed: int = 0

    @property
    def passages(self) -> FixedSearch:
        return self.search

    async def start(self) -> None:
        self.started += 1
        self.live.start()

    async def close(self) -> None:
        self.closed += 1
        await self.live.stop()


def api_settings(**overrides: Any) -> Api:
    return Api(**{"allowed_hosts": ("testserver", "127.0.0.1", "localhost", "[::1]"), **overrides})


def with_key(**overrides: Any) -> Api:
    return api_settings(keys=(SecretStr(DIGEST),), **overrides)
