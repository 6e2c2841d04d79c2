"""Stage ``draft_work_order``: title and content of the order to be; Article 10's fields that are known are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain.appeal import (
    Appeal,
    AppealType,
    Classification,
    Decision,
    Extraction,
    Found,
    Handling,
    Place,
    WorkOrderDraft,
)
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.order_title import whole_clauses
from assistant.domain.time_limits import BEIJING

FIELDS = ("what", "where", "when", "object", "demand", "contact")
URGENT_FIELDS = ("where", "contact")
ASKED_OF: Mapping[str, tuple[str, ...]] = {
    AppealType.INQUIRY: ("contact",),
    AppealType.PRAISE: ("object", "contact"),
    AppealType.SUGGESTION: ("where", "contact"),
}
"""Who asks how a matter is done is not asked when it happened; of the other types all fields are."""
EMERGENCY = "【紧急】"
NAMED_FROM = 0.4
"""Below this confidence a category is a guess: a title would name a matter that nobody spoke of."""
_SELF = re.compile(
    "^(?:我们?|本人|俺)?(?:是|家?就?住在?|家在)[^，,。！？]{1,24}?(?:的?(?:住户|居民|业主|租户|村民|家属|商户))?[，,]"
)
"""Who calls and where they live stands in fields of its own, so a title need not begin with it."""
_POLITE = re.compile(
    "^(?:另外|还有|第[一二三四五]个?|您好|你好|喂|我想|我要|想|要|请|麻烦|反映|投诉|举报|咨询|一下|问一?下|问问|问|[，,、:：\\s])+"
)


async def draft_work_order(
    appeal: Appeal, extraction: Extraction, classification: Classification, place: Place, decision: Decision
) -> WorkOrderDraft:
    """In an emergency only where it is and whom to call back are asked."""
    located = place.street_id is not None or extraction.where is not None
    known = sum(getattr(extraction, name) is not None for name in FIELDS if name != "where") + located
    asked = URGENT_FIELDS if decision.handling is Handling.TRANSFER else ASKED_OF.get(classification.type.label, FIELDS)
    missing = tuple(
        (name, ask) for name, ask in extraction.missing if name in asked and (name != "where" or not located)
    )
    if "where" in asked and located and place.street_id is None and place.question:
        missing = (("where", place.question), *missing)
    title = _title(extraction, classification, place, decision)
    return WorkOrderDraft(title, _content(appeal, extraction, place), known / len(FIELDS), missing)


def _title(extraction: Extraction, classification: Classification, place: Place, decision: Decision) -> str:
    where = place.community or place.street or place.text
    what = _SELF.sub("", _POLITE.sub("", _value(extraction.what))).removeprefix(where).lstrip("，,的")
    category = classification.category
    leaf = category.label.split(SEPARATOR)[-1] if category.confidence >= NAMED_FROM or not what else ""
    if decision.handling is Handling.TRANSFER:
        return whole_clauses(EMERGENCY + _joined("：", where, what or leaf))
    return whole_clauses(_joined("：", _joined(" ", where, leaf), what if what != leaf else ""))


def _joined(mark: str, *parts: str) -> str:
    return mark.join(part for part in parts if part)


def _content(appeal: Appeal, extraction: Extraction, place: Place) -> str:
    rows = (
        ("来电时间", f"{appeal.received_at.astimezone(BEIJING):%Y-%m-%d %H:%M}（{appeal.channel}）"),
        ("地点", "，".join(part for part in (place.street, place.community or _value(extraction.where)) if part)),
        ("发生时间", _value(extraction.when)),
        ("反映对象", _value(extraction.object)),
        ("诉求人要求", _value(extraction.demand)),
        ("联系方式", _value(extraction.contact)),
        ("反映内容", appeal.text.strip()),
    )
    return "\n".join(f"{name}：{value}" for name, value in rows if value)


def _value(found: Found | None) -> str:
    return found.value if found else ""
