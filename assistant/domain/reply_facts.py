"""What an order's log and the unit's note state, sentence by sentence, in words for the appellant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.domain import work_order_events as e
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.reply_draft import CaseFact, CaseFacts, ReplyCase, ReplyPart
from assistant.domain.reply_places import places
from assistant.domain.statements import sentences
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import WorkOrder

TOKEN = re.compile(r"〔([^〔〕0-9]{1,6})\d*〕")
SPOKEN = {
    "手机": "您预留的电话",
    "固话": "您预留的电话",
    "电话": "您预留的电话",
    "地址": "您反映的地点",
    "姓名": "当事人",
}
FORGED = re.compile(r"[\[【［]\s*([FPＦＰ]\s*\d+)\s*[\]】］]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """``words``: what decides where the sentence belongs; empty where ``part`` does, or where it is background."""

    text: str
    part: ReplyPart | None = None
    words: str = ""


Said = Iterator[_Said]
DEMO_MARK = "（演示）"


def collect(case: ReplyCase) -> CaseFacts:
    """The facts of the current round, oldest first, then those of the note. Nothing the appellant claims is a fact."""
    said = [item for event in _this_round(case.events) for item in _of_event(event, case.unit_names)]
    said += list(_free(case.note))
    parts = iter(places([item.words for item in said if item.words]))
    placed = [(plain(item.text), next(parts) if item.words else item.part) for item in said]
    unique = dict.fromkeys(pair for pair in placed if pair[0])
    return CaseFacts(tuple(CaseFact(f"F{at}", text, part) for at, (text, part) in enumerate(unique, start=1)))


def matter_of(order: WorkOrder) -> str:
    """The words to search by: the category below its first level, and the title without the place."""
    levels = order.category.split(SEPARATOR)
    title = plain(order.title).removeprefix(DEMO_MARK)
    return " ".join([*(levels[1:] or levels), title.replace(order.place, "") if order.place else title])


def plain(text: str) -> str:
    """One line without masking tokens and without anything that looks like a token of ours."""
    spoken = TOKEN.sub(lambda match: SPOKEN.get(match[1], "（个人信息）"), text)
    return FORGED.sub(r"（\1）", re.sub(r"\s+", " ", spoken)).strip()


def _free(text: str, before: str = "") -> Said:
    """Sentences in somebody's own words."""
    for sentence in sentences(text):
        yield _Said(before + _closed(sentence), words=sentence)


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？", "…")) else f"{sentence.rstrip('，；;、,.')}。"


def _this_round(events: Iterable[e.OrderEvent]) -> list[e.OrderEvent]:
    """Since the last reopening, and since the last objection that was upheld: another unit's log is not ours to tell."""
    found: list[e.OrderEvent] = []
    for event in events:
        change = event.change
        begins = isinstance(change, e.Reopening) or (isinstance(change, e.ObjectionReview) and change.upheld)
        found = [] if begins else [*found, event]
    return found


def _of_event(event: e.OrderEvent, names: Mapping[str, str]) -> Said:
    day, change = spoken_day(event.at), event.change
    match change:
        case e.Contact(reached=True):
            yield _Said(f"{day}，我单位工作人员与您取得联系。", ReplyPart.FOUND)
            yield from _free(change.note)
        case e.Contact():
            yield _Said(f"{day}，我单位工作人员联系您未能接通。", ReplyPart.FOUND)
        case e.HandlingStart():
            yield from (_Said(item.text) for item in _free(change.plan))
        case e.StageReport():
            yield from _free(change.note)
        case e.Feedback():
            yield from _free(f"{change.explanation}\n{change.reply}")
        case e.Dispatch():
            yield from (_Said(f"本事项按照{basis}确定由我单位办理。", ReplyPart.BASIS) for basis in change.basis)
        case _:
            yield from _of_others(event, change, names)


def _of_others(event: e.OrderEvent, change: e.Change, names: Mapping[str, str]) -> Said:
    """Steps in which other units have a part, and the limit."""
    actor = event.actor.unit or ""
    match change:
        case e.SubTaskReport():
            yield from _free(change.note, f"{names.get(actor, actor)}反馈：")
        case e.Arrival():
            yield _Said(f"{spoken_day(event.at)}，{names.get(actor, actor)}到现场共同处置。", ReplyPart.FOUND)
        case e.Escalation():
            yield _Said(f"已将有关事项报{names.get(change.to, change.to)}协调。", ReplyPart.DONE)
        case e.ExtensionReview(granted=True):
            yield _Said("经审核，本单办理时限已经延长。", ReplyPart.NEXT)
        case e.ClockPause():
            day = spoken_day(event.at)
            yield _Said(f"{day}起，因{change.ground.value}，办理时限暂停计算。", ReplyPart.NEXT)
        case _:
            return


def spoken_day(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"
