"""What the API needs from the composition root, as a Protocol: ``bootstrap`` fills it without knowing the API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fastapi import FastAPI, Request

from assistant.answer_tally import AnswerTally
from assistant.api.cookies import session_cookie_name
from assistant.api.metrics import Metrics
from assistant.api.work_orders.shared_pages import SharedPages
from assistant.contracts import AnswerEvent, Turn
from assistant.desks.accounts import AccountDesk
from assistant.desks.feedback import FeedbackDesk
from assistant.desks.knowledge import KnowledgeDesk
from assistant.desks.orders import OrderDesk
from assistant.desks.overview import OverviewDesk
from assistant.desks.replies import ReplyDesk
from assistant.desks.sign_in import SignInDesk
from assistant.desks.watch import WatchDesk
from assistant.domain.appeal import Intake, TriageReport
from assistant.domain.catalogue import Catalogue
from assistant.domain.degradation import Degradation
from assistant.domain.follow_up import FollowUpScript
from assistant.domain.reply_draft import ReplyCase
from assistant.live.hub import LiveHub
from assistant.ports.accounts import OutsideSignIn
from assistant.ports.answering import PassageSearch, SessionStore
from assistant.ports.orders import FollowUpQueue, Outbox
from assistant.ports.overview import AnswerBook
from assistant.ports.rates import RateBook
from assistant.ports.serving import AuditLog, RateLimiter, ReadinessCheck
from assistant.ports.triage import OrderHistory
from assistant.reply_contracts import ReplyOutcome
from assistant.setting_sections import Api, SignIn, Widget
from assistant.statuses import Statuses
from retrieval.contracts import Passage
from retrieval.ports import DocumentRegistry


class AnswerFlow(Protocol):
    """``answer_inquiry`` as events; the last one is ``AnswerFinished`` and closing the iterator stops the work."""

    @property
    def statuses(self) -> Statuses: ...

    def stream(self, turn: Turn) -> AsyncGenerator[AnswerEvent]: ...


class TriageFlow(Protocol):
    """``triage_appeal``: never raises for what a stage lacks, ``TriageReport.error`` tells."""

    @property
    def catalogue(self) -> Catalogue: ...

    async def triage_appeal(self, intake: Intake) -> TriageReport: ...


class ReplyFlow(Protocol):
    """``draft_reply``: never raises for what a stage lacks, ``ReplyOutcome.error`` tells."""

    async def draft_reply(self, case: ReplyCase) -> ReplyOutcome: ...


class PassageReader(Protocol):
    """Passages by id; unknown ids are left out. Blocking: the API calls it in a thread."""

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]: ...


class WorkOrders(Protocol):
    @property
    def desk(self) -> OrderDesk: ...
    @property
    def rates(self) -> RateBook: ...
    @property
    def follow_ups(self) -> FollowUpQueue: ...
    @property
    def script(self) -> FollowUpScript: ...
    @property
    def feedback(self) -> FeedbackDesk: ...
    @property
    def replies(self) -> ReplyDesk: ...
    @property
    def sign_in(self) -> SignInDesk: ...
    @property
    def accounts(self) -> AccountDesk: ...
    @property
    def answers(self) -> AnswerBook: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def overview(self) -> OverviewDesk: ...


class ApiContainer(Protocol):
    """``start`` and ``close`` run with the server; ``region`` is the place that the city pack serves."""

    @property
    def flow(self) -> AnswerFlow: ...
    @property
    def triage(self) -> TriageFlow: ...
    @property
    def replies(self) -> ReplyFlow: ...
    @property
    def search(self) -> PassageSearch: ...
    @property
    def passages(self) -> PassageReader: ...
    @property
    def documents(self) -> DocumentRegistry: ...
    @property
    def sessions(self) -> SessionStore: ...
    @property
    def limiter(self) -> RateLimiter: ...
    @property
    def people(self) -> RateLimiter:
        """Counts the requests of somebody signed in: a page asks more often than a script."""
        ...

    @property
    def filings(self) -> RateLimiter:
        """Counts what citizens file and the codes they try."""
        ...

    @property
    def audit(self) -> AuditLog: ...
    @property
    def readiness(self) -> Mapping[str, ReadinessCheck]: ...
    @property
    def degradation(self) -> Degradation: ...
    @property
    def region(self) -> str: ...
    @property
    def live(self) -> LiveHub: ...
    @property
    def outside(self) -> OutsideSignIn | None: ...
    @property
    def watch(self) -> WatchDesk: ...
    @property
    def history(self) -> OrderHistory: ...
    @property
    def tally(self) -> AnswerTally: ...
    @property
    def knowledge(self) -> KnowledgeDesk: ...
    def work_orders(self) -> WorkOrders:
        """Opened at the first call, blocking. Raises ``StoreUnavailable``."""
        ...

    async def start(self) -> None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ApiState:
    """Everything an endpoint may use. ``may_sign_in``: outside development only where TLS is said to end before us."""

    container: ApiContainer
    settings: Api
    metrics: Metrics
    shows_page: bool
    open_metrics: bool
    widget: Widget
    sign_in: SignIn
    may_sign_in: bool
    secure_cookies: bool
    pages: SharedPages
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    @property
    def cookie_name(self) -> str:
        return session_cookie_name(secure=self.secure_cookies)

    @property
    def is_public(self) -> bool:
        """Whether citizens come here themselves, to ask or to file."""
        return self.shows_page or bool(self.widget.enabled)


def attach(app: FastAPI, state: ApiState) -> None:
    app.state.hotline = state


def state_of(request: Request) -> ApiState:
    state: ApiState = request.app.state.hotline
    return state
