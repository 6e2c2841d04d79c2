"""What an order's log and the unit's note state, sentence by sentence, in words for the appellant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from assistant.domain import work_order_events as e
from assistant.domain.reply_draft import CaseFact, CaseFacts, ReplyCase, ReplyPart
from assistant.domain.statements import sentences
from assistant.domain.time_limits import BEIJING

NEXT = re.compile(
    r"^(?:下一步|后续|接下来|之后)|(?<!已)(?:将[于在会由对]|计划|拟[于在对]?|预计|明[天日]|下周|下月|择期)|继续跟进|持续关注"
)
DONE = re.compile(
    r"已(?!经?(?:了解|核实|查看|联系))|完成|完毕|更换|维修|修复|清[理运掏]|疏通|约谈|责令|处罚|立案|劝导|补发|退[款费还]|恢复|拆除"
    r"|安排|督促|协调|解释|告知|整改|张贴|检修|加装|调解"
)
FOUND = re.compile(r"核[实查]|现场|查看|发现|属实|经查|了解|检测|测温|调查|原因|系因|确认")
TOKEN = re.compile(r"〔([^〔〕0-9]{1,6})\d*〕")
SPOKEN = {
    "手机": "您预留的电话",
    "固话": "您预留的电话",
    "电话": "您预留的电话",
    "地址": "您反映的地点",
    "姓名": "当事人",
}
FORGED = re.compile(r"[\[【［]\s*([FPＦＰ]\s*\d+)\s*[\]】］]", re.IGNORECASE)

Found = Iterator[tuple[str, ReplyPart | None]]


def collect(case: ReplyCase) -> CaseFacts:
    """The facts of the current round, oldest first, then those of the note. Nothing the appellant claims is a fact."""
    said = [pair for event in _this_round(case.events) for pair in _of_event(event, case.unit_names)]
    said += list(_sorted_out(case.note, ReplyPart.FOUND))
    unique = dict.fromkeys((plain(text), part) for text, part in said if text.strip())
    return CaseFacts(tuple(CaseFact(f"F{at}", text, part) for at, (text, part) in enumerate(unique, start=1)))


def plain(text: str) -> str:
    """One line without masking tokens and without anything that looks like a token of ours."""
    spoken = TOKEN.sub(lambda match: SPOKEN.get(match[1], "（个人信息）"), text)
    return FORGED.sub(r"（\1）", re.sub(r"\s+", " ", spoken)).strip()


def part_of(sentence: str, otherwise: ReplyPart) -> ReplyPart:
    """Where a sentence of a note belongs: plans, findings, measures."""
    done, found = DONE.search(sentence), FOUND.search(sentence)
    if NEXT.search(sentence) and not sentence.startswith("已"):
        return ReplyPart.NEXT
    if found and (done is None or found.start() < done.start()):
        return ReplyPart.FOUND
    return ReplyPart.DONE if done else otherwise


def _sorted_out(text: str, otherwise: ReplyPart) -> Found:
    for sentence in sentences(text):
        yield _closed(sentence), part_of(sentence, otherwise)


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


def _of_event(event: e.OrderEvent, names: Mapping[str, str]) -> Found:
    day, change = spoken_day(event.at), event.change
    match change:
        case e.Contact(reached=True):
            yield f"{day}，我单位工作人员与您取得联系。", ReplyPart.FOUND
            yield from _sorted_out(change.note, ReplyPart.FOUND)
        case e.Contact():
            yield f"{day}，我单位工作人员联系您未能接通。", ReplyPart.FOUND
        case e.HandlingStart():
            yield from ((text, None) for text, _ in _sorted_out(change.plan, ReplyPart.NEXT))
        case e.StageReport():
            yield from _sorted_out(change.note, ReplyPart.DONE)
        case e.Feedback():
            yield from _sorted_out(change.reply, ReplyPart.DONE)
            yield from _sorted_out(change.explanation, ReplyPart.FOUND)
        case e.Dispatch():
            yield from ((f"本事项按照{basis}确定由我单位办理。", ReplyPart.BASIS) for basis in change.basis)
        case _:
            yield from _of_others(event, change, names)


def _of_others(event: e.OrderEvent, change: e.Change, names: Mapping[str, str]) -> Found:
    """Steps in which other units have a part, and the limit."""
    actor = event.actor.unit or ""
    match change:
        case e.SubTaskReport():
            told = _sorted_out(change.note, ReplyPart.DONE)
            yield from ((f"{names.get(actor, actor)}反馈：{text}", part) for text, part in told)
        case e.Arrival():
            yield f"{spoken_day(event.at)}，{names.get(actor, actor)}到现场共同处置。", ReplyPart.FOUND
        case e.Escalation():
            yield f"已将有关事项报{names.get(change.to, change.to)}协调。", ReplyPart.DONE
        case e.ExtensionReview(granted=True):
            yield "经审核，本单办理时限已经延长。", ReplyPart.NEXT
        case e.ClockPause():
            yield f"{spoken_day(event.at)}起，因{change.ground.value}，办理时限暂停计算。", ReplyPart.NEXT
        case _:
            return


def spoken_day(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"
