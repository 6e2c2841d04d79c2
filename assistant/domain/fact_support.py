"""Whether a sentence of a reply says no more than the log: stricter than for clauses, because it claims what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.domain.numerals import NUMERAL_CHARS, parse_numeral
from assistant.domain.reply_draft import CaseFact, ReplyPart
from assistant.domain.reply_places import OVER, is_planned
from assistant.domain.support import fault_of
from assistant.domain.terms import content_terms, coverage

OUTCOMES = re.compile(
    r"属实|解决|修复|恢复|完成|办结|整改|达标|合格|正常|完好|良好|符合|同意|退[款费还货]|补发|拆除|处罚|罚款|警告|立案|赔偿|道歉|未发现|无误"
)
"""A reply may claim one only in the word that the log or the note has for it."""
NOT = re.compile(
    r"(?:未(?!来|成年)|没有|没能|无(?!障碍|人机)|不(?!足|同|断|锈|动产|久|但|仅)|拒绝?)(?:能|经|予|曾)?([^，。；：、,;:！？]{1,12})"
)
OFTEN = re.compile(r"每(?:[两二三四五六七八九十\d]+)?(?:个)?(?:日|天|晚|周|月|季度?|年|小时)")
WHEN = re.compile(r"[今明去后]年|[本下上]+个?[月周]|[一二三四]季度|[上中下]旬|[上下]半年|[月年]底|[当次明昨]日")
ALL = re.compile(r"全部|所有|全[楼院市区]|均|都")
COUNTED = re.compile(rf"(\d+|[{NUMERAL_CHARS}]+)(?=[支只株盏盒车部趟套块座组队根棵箱批把辆名张台件扇家])")
STOCK = re.compile(
    r"经(?:现场)?(?:查看|核[查实]|检查|调查|了解|勘查|查)|执法(?:队员?|人员)|我(?:单位|局|街道|办|们|委|队|公司)|您|诉求人|贵|进行|工作人员|有关|该|此|了|的"
)
CLAUSE = re.compile(
    r"[，。；：、,;:!！?？]|并(?!非)|而且|因为|由于|原因[是为]|(?<![联关体])系(?!统|列)|是|已[经被]?|被"
)
THIN = 0.25
"""Least share of a clause's content terms that the log must have; chosen on the cases of evals/datasets/reply_drafts.jsonl."""


def unsupported(text: str, facts: Sequence[CaseFact], *, verbatim: bool) -> str | None:
    """Why ``text`` may not be said on the strength of ``facts``; ``None`` when it may.

    Beside the faults of ``fault_of``: claim (an outcome the log does not name), count, clause (something added), tense (a
    plan told as done), negation.
    """
    sources = [fact.text for fact in facts]
    whole = "".join(sources)
    if set(OUTCOMES.findall(text)) - set(OUTCOMES.findall(whole)):
        return "claim"
    fault = fault_of(text, sources, verbatim=verbatim)
    if fault or verbatim:
        return fault
    if _counts(text) - _counts(whole):
        return "count"
    if OVER.search(text) and all(map(_is_open, facts)):
        return "tense"
    if _denied(text, whole) or _denied(whole, text):
        return "negation"
    return "clause" if any(coverage(clause, whole) < THIN for clause in clauses(text)) else None


def _is_open(fact: CaseFact) -> bool:
    """Planned or under way by the log's words or place."""
    ahead = fact.part is ReplyPart.NEXT or is_planned(fact.text) or "正在" in fact.text
    return ahead and not OVER.search(fact.text)


def clauses(text: str) -> Iterator[str]:
    for piece in CLAUSE.split(STOCK.sub("", text)):
        if any(len(term) > 1 for term in content_terms(piece)):
            yield piece


def _counts(text: str) -> set[str]:
    numbers = {str(parse_numeral(number) or number) for number in COUNTED.findall(text.replace("两", "二"))}
    return numbers | set(OFTEN.findall(text)) | set(WHEN.findall(text)) | set(ALL.findall(text))


def _denied(text: str, other: str) -> bool:
    """Something that ``other`` denies is told by ``text`` without a denial."""
    ours = [content_terms(tail) for tail in NOT.findall(text)]
    affirmed = content_terms(NOT.sub("，", text))
    return any(
        _told(tail, affirmed) and not any(content_terms(tail) & denied for denied in ours)
        for tail in NOT.findall(other)
    )


def _told(tail: str, affirmed: set[str]) -> bool:
    terms = content_terms(tail)
    return tail[:2] in affirmed or (bool(terms) and 2 * len(terms & affirmed) >= len(terms))
