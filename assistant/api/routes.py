"""Which routes are served: those of every service, and those that the settings open."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.routing import BaseRoute

from assistant.api.accounts.endpoints import router as accounts
from assistant.api.appeals.endpoints import router as appeals
from assistant.api.catalogue.endpoints import router as catalogue
from assistant.api.chat_completions.endpoints import router as chat_completions
from assistant.api.citizen.endpoints import router as citizen
from assistant.api.documents.endpoints import router as documents
from assistant.api.events.endpoints import router as events
from assistant.api.feedback.endpoints import router as feedback
from assistant.api.follow_ups.endpoints import router as follow_ups
from assistant.api.health.endpoints import router as health
from assistant.api.inquiries.endpoints import router as inquiries
from assistant.api.knowledge.drafts import router as knowledge_drafts
from assistant.api.knowledge.endpoints import router as knowledge
from assistant.api.open311.endpoints import router as open311
from assistant.api.overview.endpoints import router as overview
from assistant.api.pages.assets import router as assets
from assistant.api.pages.documentation import router as documentation
from assistant.api.pages.endpoints import router as pages
from assistant.api.pages.plain import router as plain
from assistant.api.pages.policies import router as policies
from assistant.api.pages.web import router as web
from assistant.api.pages.widget import demo
from assistant.api.pages.widget import router as window
from assistant.api.passages.endpoints import router as passages
from assistant.api.rates.endpoints import router as rates
from assistant.api.reply_drafts.endpoints import router as reply_drafts
from assistant.api.session.endpoints import router as session
from assistant.api.session.oidc import router as oidc
from assistant.api.similar_orders.endpoints import router as similar_orders
from assistant.api.state import ApiState
from assistant.api.watch.endpoints import router as watch
from assistant.api.work_orders.endpoints import router as work_orders

ASKING = (inquiries, chat_completions, passages, documents, appeals, catalogue)
ROUTERS = (
    *ASKING,
    work_orders,
    open311,
    reply_drafts,
    follow_ups,
    feedback,
    rates,
    overview,
    similar_orders,
    watch,
    knowledge,
    knowledge_drafts,
    session,
    oidc,
    accounts,
    events,
    health,
    web,
)


def served(state: ApiState) -> Iterator[BaseRoute]:
    """Flat, in the order in which they are tried: the middleware ``Methods`` reads templates and methods from them."""
    optional = [
        (pages, state.shows_page),
        (assets, state.is_public or state.settings.docs),
        (policies, state.is_public),
        *((router, bool(state.widget.enabled)) for router in (citizen, window, plain)),
        (demo, bool(state.widget.demo)),
        (documentation, state.settings.docs),
    ]
    for router in (*ROUTERS, *(router for router, is_open in optional if is_open)):
        yield from router.routes
