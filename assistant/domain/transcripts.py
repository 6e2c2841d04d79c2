"""Answers to a seat agent's questions: in a call the question says which field the next turn fills."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from assistant.domain.appeal import Utterance

CITIZEN = "citizen"
MAX_ANSWER = 60
_QUESTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("who", re.compile("称呼|贵姓|姓什么|您的?姓名|叫什么名")),
    ("contact", re.compile("电话|联系方式|手机号")),
    ("demand", re.compile("怎么解决|怎么处理|诉求|(?:您|你)的?(?:要求|希望|想要)|有什么要求")),
    ("when", re.compile("什么时候|几点|哪天|哪一天|多久|啥时候|何时|从什么时间|什么时间")),
    ("object", re.compile("哪个单位|哪家|反映谁|对方是|哪个公司|什么单位")),
    ("where", re.compile("哪里|哪儿|地址|位置|哪个(?:小区|地方|街道)|什么地方|在哪|哪条路")),
)
_NO_ANSWER = re.compile("^(?:对|是的?|嗯+|没有|不是|不知道|好的?|行|可以|喂)[，。,.！!]*$")
_LEAD = re.compile("^(?:对|是的?|嗯+|那个|就是|哦|啊|呃)[，,、。]+")


def answers(turns: Sequence[Utterance]) -> Mapping[str, str]:
    """Field to the citizen's words, the first answer of each; bare assent answers nothing."""
    found: dict[str, str] = {}
    for asked, said in pairwise(turns):
        if asked.speaker == CITIZEN or said.speaker != CITIZEN or _NO_ANSWER.match(said.text.strip()):
            continue
        name = next((name for name, pattern in _QUESTIONS if pattern.search(asked.text)), None)
        if name:
            found.setdefault(name, _LEAD.sub("", said.text.strip()).strip("。！!，, ")[:MAX_ANSWER])
    return found
