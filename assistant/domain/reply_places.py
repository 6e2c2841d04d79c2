"""Where the sentences of a log belong in a reply: what was found, what was done, what comes next.

Cue words, and the order of telling: people write down what they found, then what they did, then what they plan. Measured by
``hotline evals run draft_reply``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from assistant.domain.reply_draft import ReplyPart

OVER = re.compile(r"已|完毕|了(?!解)|当[日天场晚]")
"""What is over by the words of the log."""
PLANNED = re.compile(
    r"^(?:下一步|后续|接下来|之后|今后)|将(?!军)|计划(?=[^，。；])|拟[于在对]|预计|承诺|择期|继续跟进|持续关注|逾期|建议|可[以向]|需要"
    r"|(?:日|号|周|月|月底|年底|旬|期|季度|[上下]半年)(?:之?前|以?内)|[上中下]旬|下[周月季]|明[天日年]|次[月周]|[后]复查|后[^，。]{0,8}(?:告知|发放|审核|复查|拆除|恢复|安装)"
    r"|[每按](?:日|天|晚|周|月|季度?|年)"
)
DONE = re.compile(
    r"已|完成|完毕|更换|获批|批复|维修(?!班|人员|工|队|单位|资金|基金)|修复|抢修|清[理运掏扫](?!车|公司|单位|人员|队|工)|疏通|抽运|冲洗|消[杀毒]|约谈|责令|下达|处罚|贴单|劝[导离阻]|暂扣|封存|下架|查封|立案|移送"
    r"|补[发划种]|支付|退[款费还货]|赔偿|恢复|拆除|关闭(?!状态)|安排|调派|督促|协调|组织|召集|调解|(?<!诉求人)(?:解释|告知|说明)|通知|协助|整改|张贴|记入|列入|纳入|检修"
    r"|加装|增设|约定|批评教育|电话(?=向|告)|讲解|指导|提供|[致道]歉|补送|考核|封停|断电|悬挂|处理"
)
TELLS = re.compile(r"^(?:已|电话|当面|现场)?(?:向[^，。]{0,8})?(?:告知|解释|说明|答复)")
"""What an appellant was told to do is done by telling, not planned by us."""
FOUND = re.compile(
    r"经?核[实查]|查看|勘查|现场(?:核|查|勘|检|测|发现|有|正|裸)|发现|属实|经查|了解|检[测查]|测温|调查|原因|系因|确认|巡查|夜查|走访|调取|稽核|到场"
    r"|造成|导致|故障|未[能取按经批]|无法|不足|承认|处于|存在|拖欠|到场时|时有"
)
ORDER = (ReplyPart.FOUND, ReplyPart.DONE, ReplyPart.NEXT)
CUE, EARLIER, BACKWARDS, EDGE = 1.2, 0.4, 0.9, 0.5


def places(sentences: Sequence[str]) -> list[ReplyPart]:
    """The likeliest part of each sentence, by cues and by the order of telling (Viterbi)."""
    scored = [_scores(sentence) for sentence in sentences]
    if not scored:
        return []
    scored[0][0] += EDGE
    scored[-1][2] += 0.0 if OVER.search(sentences[-1]) else EDGE
    best, back = scored[0], []
    for scores in scored[1:]:
        reached = [[best[before] - BACKWARDS * (after < before) for before in range(3)] for after in range(3)]
        back.append([max(range(3), key=row.__getitem__) for row in reached])
        best = [max(row) + score for row, score in zip(reached, scores, strict=True)]
    last = max(range(3), key=best.__getitem__)
    path = accumulate(reversed(back), lambda at, step: step[at], initial=last)
    return [ORDER[at] for at in reversed(list(path))]


def is_planned(sentence: str) -> bool:
    """Whether it speaks of what is still to come, or only may be."""
    return bool(PLANNED.search(sentence)) and not OVER.search(sentence)


def _scores(sentence: str) -> list[float]:
    """How much speaks for found, done and next."""
    found, done = FOUND.search(sentence), DONE.search(sentence)
    first_found = found is not None and (done is None or found.start() < done.start())
    first_done = done is not None and not first_found
    planned = is_planned(sentence) and not TELLS.match(sentence)
    return [
        CUE * bool(found) + EARLIER * first_found,
        CUE * bool(done) + EARLIER * first_done,
        2 * CUE * planned,
    ]
