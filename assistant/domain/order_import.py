"""A row of another system's export becomes a work order: which column is what, and what its words mean.

Pure. A row that cannot be understood is refused with a reason in Chinese; nothing of it is guessed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from unicodedata import normalize

from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType, Urgency
from assistant.domain.order_progress import PersonalData
from assistant.domain.order_title import whole_clauses
from assistant.domain.place_names import place_of
from assistant.domain.time_limits import BEIJING

IGNORED = "-"
"""As a target in a mapping: this column is kept with the original row and not read."""

FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("工单编号", "工单号", "诉求编号", "编号", "order_no", "id"),
    "title": ("标题", "诉求标题", "工单标题"),
    "content": ("主要内容", "诉求内容", "工单内容", "内容", "诉求描述", "问题描述", "text"),
    "type": ("诉求类型", "来电类别", "类型"),
    "category": ("问题分类", "分类", "category_name"),
    "category_1": ("一级分类", "一级问题分类"),
    "category_2": ("二级分类", "二级问题分类"),
    "category_3": ("三级分类", "三级问题分类"),
    "street": ("街乡镇", "街道", "属地", "所属街乡"),
    "place": ("诉求地址", "事发地址", "地点", "地址", "地址描述"),
    "address": ("家庭住址", "联系地址", "住址"),
    "channel": ("受理渠道", "来源", "渠道"),
    "urgency": ("紧急程度",),
    "received_at": (
        "来电时间",
        "受理时间",
        "诉求时间",
        "登记时间",
        "创建时间",
        "来电日期",
        "时间",
        "日期",
        "date",
        "time",
        "call_time",
    ),
    "lead": ("主办单位", "承办单位", "办理单位", "unit", "units", "lead_unit"),
    "dispatched_at": ("派单时间", "首次派单时间", "first_dispatch_time"),
    "closed_at": ("办结时间", "完结时间", "finish_time"),
    "result": ("办理结果", "result"),
    "reply": ("回复内容", "处置意见", "答复内容"),
    "contacted": ("是否联系",),
    "solved": ("是否解决", "解决情况"),
    "satisfaction": ("是否满意", "满意度", "满意情况", "satisfied"),
    "late": ("是否超期", "是否超时", "is_timeout"),
    "confidential": ("是否保密", "secret"),
    "name": ("诉求人", "姓名", "联系人", "诉求人姓名"),
    "phone": ("来电号码", "联系电话", "联系方式", "手机号", "手机", "电话", "contact", "phone_number"),
}
_ALIASES = {alias: name for name, aliases in FIELDS.items() for alias in (*aliases, name)}


class RowRefused(Exception):  # noqa: N818 - an answer about data
    """The reason, in Chinese, for the report of bad rows."""


@dataclass(frozen=True, slots=True)
class ImportedOrder:
    """Texts are as they stood in the row: ``masked`` makes what may be stored in events."""

    history: e.History
    person: PersonalData


@dataclass(frozen=True, slots=True)
class Words:
    """What the city pack knows: ids of units and streets by name."""

    unit: Callable[[str], str | None]
    labels: tuple[str, ...] = field(default=())


def propose_mapping(columns: Iterable[str]) -> dict[str, str]:
    """Field for each column that is known by name; every other column is ``IGNORED`` but kept."""
    proposed: dict[str, str] = {}
    for column in columns:
        known = _ALIASES.get(normalize("NFKC", column).strip().lower(), IGNORED)
        proposed[column] = IGNORED if known in proposed.values() else known
    return proposed


def columns_digest(columns: Iterable[str]) -> str:
    """Names a kind of file by its columns, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(columns), ensure_ascii=False).encode()).hexdigest()


def order_of(row: Mapping[str, str], mapping: Mapping[str, str], words: Words) -> ImportedOrder:
    """Raises ``RowRefused``."""
    values = {target: row.get(column, "").strip() for column, target in mapping.items() if target != IGNORED}
    content = values.get("content") or values.get("title", "")
    if not content:
        raise RowRefused("缺少诉求内容")
    acceptance = e.Acceptance(
        number=values.get("number") or _number_of(row),
        title=values.get("title", ""),
        content=content,
        type=_TYPES.get(values.get("type", ""), AppealType.OTHER),
        category=category(values),
        street=words.unit(values["street"]) if values.get("street") else None,
        received_at=instant(values.get("received_at", ""), "来电时间"),
        channel=values.get("channel") or "导入",
        urgency=_URGENCIES.get(values.get("urgency", ""), Urgency.NORMAL),
        confidential=yes_no(values.get("confidential", "")) is True,
        place=values.get("place", ""),
        labels=words.labels,
    )
    _refuse_long(acceptance)
    name, phone, address = (values.get(part, "") for part in ("name", "phone", "address"))
    person = PersonalData(content, name, phone, address, dict(row))
    return ImportedOrder(_history(acceptance, values, words), person)


def _history(acceptance: e.Acceptance, values: Mapping[str, str], words: Words) -> e.History:
    lead_name = values.get("lead", "")
    closed_at = instant(values["closed_at"], "办结时间") if values.get("closed_at") else None
    dispatched_at = instant(values["dispatched_at"], "派单时间") if values.get("dispatched_at") else None
    if closed_at is not None and closed_at < acceptance.received_at:
        raise RowRefused("办结时间早于来电时间")
    return e.History(
        acceptance,
        lead=words.unit(lead_name) if lead_name else None,
        lead_name=lead_name,
        dispatched_at=dispatched_at,
        closed_at=closed_at,
        result=values.get("result", ""),
        reply=values.get("reply", ""),
        contacted=yes_no(values.get("contacted", "")),
        solved=yes_no(values.get("solved", "")),
        satisfaction=_SATISFACTIONS.get(values.get("satisfaction", ""), e.Satisfaction.NOT_GIVEN),
        late=yes_no(values.get("late", "")),
    )


def masked(order: ImportedOrder, mask: Callable[[str], str], appellant_key: str | None = None) -> e.History:
    """The history as it may be stored in events and indexed; a row without a title is named by its first words."""
    content = mask(order.history.acceptance.content)
    acceptance = replace(
        order.history.acceptance,
        title=mask(order.history.acceptance.title) or whole_clauses(content),
        content=content,
        place=masked_place(order.history.acceptance.place, mask),
        appellant_key=appellant_key,
    )
    reply, result = (mask(text) if text else "" for text in (order.history.reply, order.history.result))
    return replace(order.history, acceptance=acceptance, reply=reply, result=result[:200])


def masked_place(field: str, mask: Callable[[str], str]) -> str:
    """A yard or phase of an estate (2号院, 三期) is no dwelling and stays, so that bursts tell it from its neighbours."""
    name = place_of(field)
    if name is None or not name.part or name.text not in field:
        return mask(field)
    before, after = field.split(name.text, 1)
    return f"{mask(before + name.stem)}{name.part}{mask(after)}"


def category(values: Mapping[str, str]) -> str:
    """One path from three columns, or from one with ``->``, ``—``, ``>`` or ``/`` between the levels."""
    levels = [values.get(f"category_{level}", "") for level in (1, 2, 3)]
    if not any(levels):
        levels = re.split(r"\s*(?:->|—+>?|[>/＞|])\s*", values.get("category", ""))
    return "/".join(level.strip() for level in levels if level.strip()) or "未分类"


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?)?")


def instant(text: str, what: str) -> datetime:
    """A time as exports write it; without a zone it is Beijing's. Raises ``RowRefused``."""
    folded = normalize("NFKC", text).strip()
    if not folded:
        raise RowRefused(f"缺少{what}")
    try:
        read = datetime.fromisoformat(folded)
    except ValueError:
        found = _DAY.match(folded)
        if found is None:
            raise RowRefused(f"{what}不是时间") from None
        read = _made(found, what)
    if not 1990 <= read.year <= 2100:
        raise RowRefused(f"{what}的年份不合理")
    return read if read.tzinfo else read.replace(tzinfo=BEIJING)


def _made(found: re.Match[str], what: str) -> datetime:
    try:
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # at most six numbers
    except ValueError:
        raise RowRefused(f"{what}不是时间") from None


def _refuse_long(order: e.Acceptance) -> None:
    for name, value, most in (("编号", order.number, 200), ("分类", order.category, 200), ("渠道", order.channel, 64)):
        if len(value) > most:
            raise RowRefused(f"{name}超过{most}个字")
    if len(order.content) > 100_000:
        raise RowRefused("诉求内容超过十万字")


def _number_of(row: Mapping[str, str]) -> str:
    """The same row always gets the same number, so a second import finds it there."""
    text = json.dumps(dict(sorted(row.items())), ensure_ascii=False)
    return f"导入-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


_TYPES = {kind.value: kind for kind in AppealType} | {
    "感谢": AppealType.PRAISE,
    "投诉举报": AppealType.COMPLAINT,
    "建议意见": AppealType.SUGGESTION,
}
_URGENCIES = {level.value: level for level in Urgency} | {"特急": Urgency.EMERGENCY, "急": Urgency.URGENT}
_SATISFACTIONS = {word.value: word for word in e.Satisfaction} | {
    "是": e.Satisfaction.SATISFIED,
    "非常满意": e.Satisfaction.SATISFIED,
    "否": e.Satisfaction.DISSATISFIED,
}
_YES = frozenset({"是", "已", "已联系", "已解决", "解决", "y", "yes", "true", "1", "超期", "超时", "保密", "基本解决"})
_NO = frozenset({"否", "未", "未联系", "未解决", "n", "no", "false", "0", "未超期", "未超时", "不保密", "部分解决"})


def yes_no(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None
