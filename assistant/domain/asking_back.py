"""What a question leaves open although its answer depends on it, and the one short question that asks for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

OFFER = "想得到更准确的答复，请再告诉我："
"""Opens the question that stands below an answer; a later turn knows by it that a short reply belongs to it."""

BARE_AT_MOST = 9
_POLITE = re.compile(
    r"^(?:您好|你好|喂|请问(?:一下|下)?|麻烦|帮我|我?(?:就是|来)?(?:想|要)?(?:咨询|打听|了解|问|说说|讲讲|查)(?:一下|下|问)?|关于|那个|[，,。！!？?\s])+"
)
_ABOUT = re.compile(
    r"(?:方面)?的?(?:问题|事儿|事情|事|政策|规定|情况|信息|业务)?(?:一下|呢|啊|呀|呗|吧)?[，,。！!？?\s…]*$"
)
_NAMES = re.compile(
    r"社会|大会|工会|委员?会|业委会|物管会|协会|会员|会议|会费|许可|所得|新能源|功能|转让|公交|交通|报销|报名|办公"
)
_SAYS = re.compile(
    r"[不没未别了着把被给让叫使要想能会得可是有在去来找跟比吗呢么谁几多哪啥咋怎坏丢漏吵臭脏慢贵乱占欠拖扣罚换办查领买卖租修改补]|什么|如何|为何|违法|合法|是否|到期|过期|丢失"
)
_ACTS = re.compile(r"办理|申请|流程|步骤|材料|条件|标准|收费|补办|换发|挂失|上牌|备案|登记$|怎|多少")
_FIRST_NAMED = 4


@dataclass(frozen=True, slots=True)
class AskingLimits:
    """Least log-odds of lacking something at which to ask instead of answering, below an answer, instead of refusing."""

    hold_from: float
    offer_from: float
    rather_than_refuse_from: float


def offer_of(question: str) -> str:
    """``question`` as it stands below an answer."""
    return OFFER + question.removeprefix("请问")


def bare_matter(text: str) -> str:
    """The matter of a text that names one and asks nothing (护照, 暖气！！！, 问一下户口的事); else empty."""
    matter = _ABOUT.sub("", _POLITE.sub("", text.strip()))
    size = len(re.sub(r"\W", "", matter))
    if not 2 <= size <= BARE_AT_MOST or _ACTS.search(matter) or _SAYS.search(_NAMES.sub("", matter)):
        return ""
    return matter


_PLAIN_REPLY = re.compile(r"^(?:就|都|我|我们|孩子|老人)?(?:是|有|没有|没|在|属于|因为|打算)[^，。？?]{1,12}$")


def is_plain_reply(text: str) -> bool:
    """Can only be the answer to a question before it: 外地的, 职工医保, 我是外地户口."""
    said = text.strip("。！!，, ")
    return bool(bare_matter(said) or _PLAIN_REPLY.search(said))


_LENGTHS = ((4, "\ue000"), (8, "\ue001"), (14, "\ue002"), (24, "\ue003"), (40, "\ue004"))
_LONG = "\ue005"
_SIGNS = (
    (re.compile(r"\d|[一二三四五六七八九十百千万]"), "\ue010", "\ue011"),
    (re.compile(r"[我俺咱]"), "\ue020", "\ue021"),
    (re.compile(r"规定|法律|政策|条例|合法|违法"), "\ue030", "\ue031"),
)


def described(question: str) -> str:
    """``question`` folded, with signs that a model of n-grams cannot see: its length, whether it holds numbers, speaks of
    the asker, or asks for a rule. The signs are private-use characters."""
    plain = unicodedata.normalize("NFKC", question).lower().strip()
    size = len(re.sub(r"\W", "", plain))
    length = next((sign for most, sign in _LENGTHS if size <= most), _LONG)
    return f"{plain} {length}" + "".join(yes if pattern.search(plain) else no for pattern, yes, no in _SIGNS)


def what_to_state(section: str) -> str:
    """The first things that a guide's own list (拨打12345时请说明) wants to know; empty without any."""
    line = next((line for line in section.splitlines() if line.startswith("- ")), "")
    items = re.split(r"[、，；。]", re.sub(r"（[^）]*）", "", line.removeprefix("- ")))
    return "、".join(item for item in items[:_FIRST_NAMED] if item.strip())
