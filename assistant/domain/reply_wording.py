"""The set phrases of a reply, what is asked for where nothing is recorded, and what the writer must mind."""

from __future__ import annotations

from assistant.domain.reply_draft import GAP, ReplyCase, ReplyPart
from assistant.domain.reply_facts import plain, spoken_day
from assistant.domain.time_limits import BEIJING

GAPS = {
    ReplyPart.FOUND: f"{GAP}：核查的时间、方式和查明的情况】",
    ReplyPart.DONE: f"{GAP}：采取的措施和结果】",
    ReplyPart.BASIS: f"{GAP}：办理依据；没有可以引用的规定时删去本段】",
    ReplyPart.NEXT: f"{GAP}：下一步安排和完成时间；已经办结的写明办结】",
}
CONTACT_GAP = f"{GAP}：经办人和联系电话】"
DISCREET = "本单为保密工单：答复中不得出现能够识别诉求人的信息，也不得向被反映人透露诉求人。"
REVIEW = "草稿只使用工单和办理记录中的内容，须由经办人核实、补充后发出；系统不会自动发送。"


def greeting(case: ReplyCase) -> str:
    """A confidential matter is named by its number alone: a reply may be read by others."""
    order = case.order
    day = f"于{spoken_day(order.received_at)}" if order.received_at else ""
    matter = "的诉求" if order.confidential else f"的“{plain(order.title)}”问题"
    return f"您好！您{day}反映{matter}（工单编号{order.number}）已收悉，现将办理情况答复如下。"


def farewell(case: ReplyCase) -> str:
    whom = plain(case.contact) or CONTACT_GAP
    return f"如有疑问，请联系{case.unit}：{whom}；也可以拨打12345，提供工单编号{case.order.number}查询。"


def notices(case: ReplyCase) -> tuple[str, ...]:
    """For the writer, not for the appellant."""
    due = f"反馈时限：{case.due.astimezone(BEIJING):%Y-%m-%d %H:%M}。" if case.due else ""
    return tuple(filter(None, (REVIEW, DISCREET if case.order.confidential else "", due)))
