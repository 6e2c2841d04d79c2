"""Stage ``assess_follow_up``: the citizen's words in a follow-up call → proposed answers to the three questions.

Ordinance Article 23 asks whether the unit made contact, whether the matter is solved and whether the citizen is satisfied.
This proposes only what was said; what is unclear stays ``None``, and a person confirms or asks again. Rules, no model.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.domain.work_order_events import Satisfaction


@dataclass(frozen=True, slots=True)
class FollowUpAssessment:
    """``None``: the words do not say."""

    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None

    @property
    def unclear(self) -> tuple[str, ...]:
        """The questions of the script that have to be asked (again)."""
        return tuple(name for name in ("contacted", "solved", "satisfaction") if getattr(self, name) is None)


_WAYS = "联系|打(?:过|了)?(?:一?个)?电话|电话|找过|找我|理我|来过|上门"
NOT_CONTACTED = re.compile(
    rf"(?:没有?|没有?任何|谁也没|从来没|自始至终没|压根儿?没|都没|哪有)(?:任何)?(?:人|谁)?(?:给我|跟我|来|接到|收到)?(?:任何人的|过)?(?:{_WAYS})"
    rf"|(?:一个|连个)电话都没|谁联系我了|谁也没给我|哪有人|没有?任何人"
)
CONTACTED = re.compile(
    r"联系(?:我|过|了|上|是)|有人联系|跟我联系|打(?:过|了)?(?:一?个)?电话|来(?:过|了个)?电话|回(?:了)?(?:电话|话)|来过|来(?:了)?人|人是来了|找过我|上门|来看(?:了|过)"
    r"|微信|发短信|工作人员很|让我等"
)
UNSURE = re.compile(r"一部分|一半(?!多)|说不准|不好说|再看看|下周|下个?月|月底|明天|等通知$")
UNSOLVED = re.compile(
    r"(?:没|未|没有|没给|还没|哪儿?有?|不能|根本没)(?:有)?(?:给)?(?:解决|处理|弄好|修好|动|办|弄|退|下文|动静|给我退)|哪儿?解决|事也没办|一分没|没(?:下文|动静|影)"
    r"|还(?:是|在|漏|堵|压|堆|没|挂|那么)|照旧|照样|依旧|老样子|跟以前一样|没变|又(?:坏|漏|开始|响|堵)|白打了"
)
SOLVED = re.compile(
    r"(?:解决|修|弄|处理|办|清|补|换|填|退|拖|划|抽|恢复|发|好|热|亮|来)(?:得|都|全|是|完|好|成|平|干|走|新|回来|给我|正常|上)*了|修好|解决了?一大半|已经解决|处理得很好|换(?:新|了新|好)"
    r"|没问题了|不(?:漏|吵|响|臭|堵)了|安静了|路倒是修|新的了"
)
NOT_DISSATISFIED = re.compile(r"没(?:有|什么)?(?:什么)?不满意")
DISSATISFIED = re.compile(
    r"(?:不|不太|不怎么|谈不上|很不|没法)满意|满意什么|差评|最低分|失望|差劲|不像话|干什么吃的|敷衍|走过场|推诿|推三阻四|踢皮球"
)
BASICALLY = re.compile(r"基本满意|还行|还可以|凑合|凑凑合合|马马虎虎|一般|中规中矩")
SATISFIED = re.compile(r"满意|点赞|表扬|五星|特别好|太好了|感谢")


def assess_follow_up(text: str) -> FollowUpAssessment:
    """``text``: what the citizen said, masked."""
    said = unicodedata.normalize("NFKC", text)
    return FollowUpAssessment(_contacted(said), _solved(said), _satisfaction(said))


def _contacted(said: str) -> bool | None:
    if NOT_CONTACTED.search(said):
        return False
    return True if CONTACTED.search(said) else None


def _solved(said: str) -> bool | None:
    """ "No" before "yes": 修了两天又坏了 is not solved; a promise or a part is neither."""
    if UNSOLVED.search(said):
        return False
    if UNSURE.search(said):
        return None
    return True if SOLVED.search(CONTACTED.sub("", said)) else None


def _satisfaction(said: str) -> Satisfaction | None:
    if NOT_DISSATISFIED.search(said):
        return Satisfaction.SATISFIED
    for words, satisfaction in (
        (BASICALLY, Satisfaction.BASICALLY),
        (DISSATISFIED, Satisfaction.DISSATISFIED),
        (SATISFIED, Satisfaction.SATISFIED),
    ):
        if words.search(said):
            return satisfaction
    return None
