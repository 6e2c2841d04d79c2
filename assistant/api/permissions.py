"""Who may call which route: one table, and nothing under ``/v1`` is open that has no row here.

Three layers, from the outside in. **Route** (this table): 401 for somebody unknown, 403 for a role that never may.
**Object**: an order that a unit has no part in answers 404, word for word as one that does not exist
(``OrderDesk.see``). **Step**: what a role may do to an order, and when (``domain.work_order_rules.RULES``): 403 or 409.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from assistant.api.work_orders.steps import STEPS
from assistant.domain.accounts import AccountRole as Role


class Who(Enum):
    """``CALLERS``: whoever is known at all, with or without a role; ``ROLES``: those of the row."""

    ANYONE = "anyone"
    CALLERS = "callers"
    ROLES = "roles"


@dataclass(frozen=True, slots=True)
class Access:
    """``names`` is what an id in the path names: ``order``, ``account``, or nothing that belongs to somebody.

    ``recorded``: each call goes into the audit log (ordinance Article 35: who saw and did what).
    """

    who: Who
    roles: frozenset[Role] = frozenset()
    names: str = ""
    recorded: bool = False


def only(*roles: Role, names: str = "", recorded: bool = True) -> Access:
    return Access(Who.ROLES, frozenset(roles), names, recorded)


ANYONE, CALLERS = Access(Who.ANYONE), Access(Who.CALLERS)
HOTLINE = (Role.SEAT_AGENT, Role.SUPERVISOR)
AT_ORDERS = (*HOTLINE, Role.UNIT_HANDLER)
ORDERS = only(*AT_ORDERS)
# Lists refresh by themselves and are masked: recording them would bury the looks at an order.
LIST = only(*AT_ORDERS, recorded=False)
ORDER = only(*AT_ORDERS, names="order")
EDITORS = only(Role.KNOWLEDGE_EDITOR)
ACCOUNTS = only(Role.ADMIN)
ACCOUNT = only(Role.ADMIN, names="account")

TABLE: Mapping[tuple[str, str], Access] = {
    # Signing in and out
    ("GET", "/v1/session"): ANYONE,
    ("POST", "/v1/session"): ANYONE,
    ("DELETE", "/v1/session"): ANYONE,
    ("PUT", "/v1/session/password"): only(*Role),
    ("GET", "/v1/session/oidc"): ANYONE,
    ("GET", "/v1/session/oidc/callback"): ANYONE,
    ("GET", "/v1/accounts"): ACCOUNTS,
    ("POST", "/v1/accounts"): ACCOUNTS,
    ("GET", "/v1/accounts/{account_id}"): ACCOUNT,
    ("PATCH", "/v1/accounts/{account_id}"): ACCOUNT,
    ("POST", "/v1/accounts/{account_id}/password-resets"): ACCOUNT,
    # Questions and what answers rest on
    ("POST", "/v1/inquiries"): CALLERS,
    ("POST", "/v1/chat/completions"): CALLERS,
    ("GET", "/v1/models"): CALLERS,
    ("GET", "/v1/models/{model_id}"): CALLERS,
    ("GET", "/v1/passages"): CALLERS,
    ("GET", "/v1/passages/{passage_id}"): CALLERS,
    ("GET", "/v1/documents"): CALLERS,
    ("GET", "/v1/documents/{document_id}"): CALLERS,
    ("GET", "/v1/units"): CALLERS,
    ("GET", "/v1/units/{unit_id}"): CALLERS,
    ("GET", "/v1/categories"): CALLERS,
    ("POST", "/v1/appeals"): CALLERS,
    # Work orders
    ("GET", "/v1/work-orders"): LIST,
    ("POST", "/v1/work-orders"): only(*HOTLINE),
    ("POST", "/v1/work-orders/progress"): CALLERS,
    ("GET", "/v1/work-orders/{order_id}"): ORDER,
    ("GET", "/v1/work-orders/{order_id}/events"): ORDER,
    ("GET", "/v1/work-orders/{order_id}/appellant"): ORDER,
    ("GET", "/v1/work-orders/{order_id}/similar"): only(*HOTLINE, names="order"),
    **{("POST", f"/v1/work-orders/{{order_id}}/{step}"): ORDER for step in STEPS},
    # Follow-ups and what people made of proposals
    ("GET", "/v1/follow-ups"): only(*HOTLINE, recorded=False),
    ("GET", "/v1/follow-ups/script"): only(*HOTLINE, recorded=False),
    ("GET", "/v1/follow-ups/{order_id}"): only(*HOTLINE, names="order"),
    ("POST", "/v1/follow-ups/{order_id}/assessment"): only(*HOTLINE, names="order"),
    ("POST", "/v1/follow-ups/{order_id}/outcomes"): only(*HOTLINE, names="order"),
    ("POST", "/v1/feedback"): CALLERS,
    ("GET", "/v1/feedback"): only(Role.SUPERVISOR),
    ("GET", "/v1/feedback/counts"): only(Role.SUPERVISOR, recorded=False),
    ("GET", "/v1/work-orders/{order_id}/reply-drafts"): ORDER,
    ("POST", "/v1/work-orders/{order_id}/reply-drafts"): ORDER,
    ("GET", "/v1/work-orders/{order_id}/reply-drafts/{draft_id}"): ORDER,
    ("POST", "/v1/work-orders/{order_id}/reply-drafts/{draft_id}/decisions"): ORDER,
    # Figures
    ("GET", "/v1/overview"): only(Role.SUPERVISOR, recorded=False),
    ("GET", "/v1/overview/tables/{table}"): only(Role.SUPERVISOR),
    ("GET", "/v1/unanswered"): only(Role.SUPERVISOR, Role.KNOWLEDGE_EDITOR),
    # The knowledge desk
    ("POST", "/v1/knowledge/previews"): EDITORS,
    ("GET", "/v1/knowledge/drafts"): EDITORS,
    ("POST", "/v1/knowledge/drafts"): EDITORS,
    ("GET", "/v1/knowledge/drafts/{draft_id}"): EDITORS,
    ("PUT", "/v1/knowledge/drafts/{draft_id}"): EDITORS,
    ("POST", "/v1/knowledge/drafts/{draft_id}/previews"): EDITORS,
    ("POST", "/v1/knowledge/drafts/{draft_id}/decisions"): EDITORS,
    ("GET", "/v1/knowledge/comparisons"): only(*Role, recorded=False),
    ("GET", "/v1/knowledge/documents"): only(*Role, recorded=False),
    ("GET", "/v1/knowledge/documents/{document_id}"): only(*Role, recorded=False),
    ("POST", "/v1/knowledge/documents/{document_id}/retirements"): EDITORS,
    ("GET", "/v1/watch"): only(Role.SUPERVISOR),
    ("GET", "/v1/watch/{signal_id}/orders"): only(Role.SUPERVISOR),
    ("GET", "/v1/watch/{signal_id}/topics"): only(Role.SUPERVISOR),
    ("GET", "/v1/rates"): only(Role.SUPERVISOR, Role.UNIT_HANDLER),
    ("GET", "/v1/rates/tables/{by}"): only(Role.SUPERVISOR, Role.UNIT_HANDLER),
    ("GET", "/v1/rates/orders"): only(Role.SUPERVISOR, Role.UNIT_HANDLER),
    ("GET", "/v1/events"): only(*AT_ORDERS, recorded=False),
}


def access_to(method: str, template: str) -> Access | None:
    """The row of a route; ``None`` where there is none, which refuses. Outside ``/v1`` routes guard themselves."""
    if not template.startswith("/v1/") or template.startswith("/v1/citizen/"):
        return ANYONE
    return TABLE.get((method, template))
