"""Fill a follow-up question (那外地户口呢？) with what it borrows from the question before it. Rules only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

OPENING = re.compile(r"^(?:那么|那|如果是|如果|要是|假如|换成|换做|还有|另外|再问一下|请问|那请问|对了)+[，,]?")
TAKEN_BACK = re.compile(
    r"^(?:不对|不是|错了|我?(?:说|记|讲)错了|更正一下)[，,。\s]*(?:不是[^，,]{1,8}[，,])?(?:是|应该是)"
)
"""Opens a correction (我说错了，是停水), which asks the same of another thing."""

TURNS_AWAY = re.compile(r"(?:不对|不是|错了|我?(?:说|记|讲)错|更正|换个|另外|还有|对了|回到|再说|再问|刚才|我?想问)")
TAIL = re.compile(r"(?:的话)?(?:呢|咋办|怎么办|行吗|行不行|可以吗|也一样吗|一样吗|也是吗|有区别吗)?[？?。！!\s]*$")
POINTING = re.compile(
    r"这个(?!月|星期|周)|那个(?!月)|这种|那种|上述|上面(?:说|提)?的?|刚才(?:说|问)?的?(?![一-鿿]{2,4}[，,])|这样|它|这事|那事|这件事|该(?=[^如怎])"
)
COMPLETE = re.compile(r"[？?].+[？?]")
QUESTION_TAIL = re.compile(
    r"(?:(?:都|还|又)?(?:需要|要|得|应该|应当|可以|能|是|有|该|去|找|向|由|在)*(?:什么|哪些|哪里|哪儿|哪个|多少|多久|多长|几|怎么|如何|怎样|谁|是否|能不能"
    r"|可不可以|是不是|有没有|吗|呢|咋).*)$"
)
GENERIC = re.compile(
    r"多少钱|多少|多久|多长时间|什么时候|几天|几年|几个月|怎么|如何|怎样|什么|哪里|哪儿|哪个|哪些|谁|是否|能不能|可不可以|可以|能"
    r"|要不要|有没有|需要|应该|必须"
    r"|材料|手续|条件|费用|收费|时间|期限|流程|步骤|部门|地方|窗口|标准|要求|证明|证件|依据|规定|处罚|罚款|罚|限制|次数|网上|线上"
    r"|办理|办好|办成|办|申请|申报|审批|通知|提前|满足|投诉|赔偿|赔|补|丢|拿到|下来|收|交|缴|带|出钱|花钱|掏钱|出|花|钱|不"
    r"|去|找|请问|我|你们|的话|一般|大概|具体|另外|还有|还|也|都|会|被|得|要|有|到|在|是|吗|呢|吧|啊|呀|了|的|一下|下"
    r"|[，。？！?!,、\s]"
)


@dataclass(frozen=True, slots=True)
class Completed:
    """``text`` can be understood alone; ``borrowed`` is what it took from before (empty: nothing)."""

    text: str
    borrowed: tuple[str, ...] = ()


NEITHER = -1.0
Contrasts = Sequence[Sequence[str]]
"""Groups of words of which a question is about one (京籍, 外地户口): a follow-up that names another replaces it."""


FOLLOWS_FROM, WHOLE_UP_TO = 0.3, -1.5
"""Log-odds of lacking something at which a question goes on with the one before, and up to which it stands alone."""


def complete(
    question: str, earlier: Sequence[str], asked_back: bool, contrasts: Contrasts = (), lacking: float = NEITHER
) -> Completed:
    """``question`` made standalone. ``earlier``: the user's standalone questions, oldest first.

    ``asked_back``: the assistant's last message asked for something, so a short statement is the reply to it.
    ``lacking``: log-odds that the question, read alone, lacks what decides its answer.
    """
    if not earlier:
        return Completed(question)
    before = earlier[-1].rstrip("？?。！!，, ")
    if asked_back and not _asks(question) and len(question) <= 30:
        return Completed(f"{before}（{question.strip('。！!，, ')}）", (before,))
    fragment = _fragment(question)
    if fragment:
        replaced = _replace_contrast(before, fragment, contrasts)
        if replaced or not TAKEN_BACK.match(question.strip()):
            return Completed(replaced or f"{fragment}，{before}", (before,))
        return Completed(fragment)
    if lacking <= WHOLE_UP_TO:
        return Completed(question)
    topic = _topic(before)
    if POINTING.search(question) and len(question) <= 40:
        return Completed(f"{topic}，{question}", (topic,))
    if is_generic(question) or (lacking >= FOLLOWS_FROM and not TURNS_AWAY.match(question.strip())):
        return Completed(f"{topic}，{OPENING.sub('', question)}", (topic,))
    return Completed(question)


def _asks(text: str) -> bool:
    return bool(re.search(r"[？?]|什么|怎么|如何|多少|多久|哪|吗$|呢$|能不能|是否", text))


def _fragment(question: str) -> str:
    """X of 那X呢？ when the question is only that; empty otherwise."""
    body = question.strip()
    if TAKEN_BACK.match(body):
        return _named(TAKEN_BACK.sub("", body))
    if COMPLETE.search(body) or not re.search(r"呢|的话|一样吗|也是吗|有区别吗|^(?:那|如果|要是|换成)", body):
        return ""
    return _named(OPENING.sub("", body))


def _named(body: str) -> str:
    rest = TAIL.sub("", body)
    return rest if 1 < len(rest) <= 14 and not _asks(rest) and not is_generic(rest) else ""


def _replace_contrast(before: str, fragment: str, contrasts: Contrasts) -> str:
    """那外地户口呢 after a question about 京籍 asks the same of the other kind, 那停水呢 after 停气 of the other thing;
    empty when nothing in ``before`` is of that kind."""
    for group in contrasts:
        if any(term in fragment for term in group):
            for term in group:
                if term in before:
                    return before.replace(term, fragment, 1)
    alike = _alike(fragment, before)
    return fragment + before.partition(alike)[2] if alike else ""


def _alike(fragment: str, before: str) -> str:
    """The word of ``before`` that differs from ``fragment`` in its last character only (停电 and 停水); empty without one."""
    others = (before[at : at + len(fragment)] for at in range(len(before) - len(fragment) + 1))
    return next((word for word in others if len(word) > 1 and word[:-1] == fragment[:-1] and word != fragment), "")


def _topic(before: str) -> str:
    """The matter of the earlier question without what it asked about it."""
    topic = QUESTION_TAIL.sub("", before).rstrip("，, ")
    return topic if len(re.sub(GENERIC, "", topic)) >= 2 else before


def is_generic(question: str) -> bool:
    """Asks about conditions, cost, time … without naming a matter."""
    return len(re.sub(r"[^一-鿿A-Za-z]", "", GENERIC.sub("", OPENING.sub("", question)))) < 2
