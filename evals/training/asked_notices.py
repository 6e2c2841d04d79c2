"""Made-up questions to notices in the words that people ask in: headings, figures, lists, duties, dates.

Stretches cut out at random (``examples.notice_questions``) teach an order to look for rare scraps of text; these teach it
what a question to a policy looks like. They are taken from the notices alone.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from evals.library import row_of
from evals.tasks.retrieve.cases import RetrievalCase
from retrieval.contracts import Passage

_HEADING = re.compile(
    r"(?:^|[\n。；])\s*(?:[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}、)"
    r"\s*([\u4e00-\u9fff“”、《》]{5,26})[。：:\n]"
)
_FIGURE = re.compile(
    r"([^。；：\n]{8,60}?)(\d[\d.,]*)\s*(万元|亿元|元|%|％|个百分点|个月|年内|年(?!\d)|天|个工作日|小时|倍|周岁|人)"
)
_LIST = re.compile(r"([\u4e00-\u9fff]{4,24})(?:主要)?(?:包括|分为)[：:\u4e00-\u9fff]")
_OFFICE = re.compile(r"由([\u4e00-\u9fff（）、]{3,24})负责([\u4e00-\u9fff]{4,20})")
_DUTY = re.compile(r"([\u4e00-\u9fff、（）]{4,30}?)(?:，)?(应当|不得|可以|必须|应|须)([\u4e00-\u9fff、]{4,40})")
_START = re.compile(r"自([12]\d{3}年\d{1,2}月\d{1,2}日|印发之日|公布之日|发布之日)起(?:施行|执行|实施)")
_FORMULAS = re.compile(r"关于印发|关于|的通知|的意见|的公告|的通告|的决定|办公厅|人民政府|《|》|印发|转发|…|\.\.\.")
_ISSUER = re.compile(r"^.{0,14}?(?:厅|委员会|局|省|小组)(?=.{5})")
_TITLE_PARTS = re.compile("的|和|、|（|）|工作|实施|若干")
_BEFORE_FIGURE = re.compile("(?:不超过|不低于|不少于|达到|为|最高|约|共|累计|不得超过|增长|给予)$")
_ASKED_HEADING = (
    "如何{}？",
    "怎样{}？",
    "在{}方面有哪些措施？",
    "{}的内容是什么？",
    "{}有哪些要求？",
    "{}具体指什么？",
)
_ASKED_UNIT = {
    "%": "比例是多少",
    "％": "比例是多少",
    "个百分点": "多少个百分点",
    "个月": "多长时间",
    "年内": "多久",
    "年": "多少年",
    "天": "多少天",
    "个工作日": "多久",
    "小时": "多长时间",
    "倍": "多少倍",
    "周岁": "多大年龄",
    "人": "多少人",
}
_WHEN = "什么时候开始施行？"
_TOPIC_SHARE, _TRIES, _LEAST_STEM = 0.4, 4, 6


def asked_questions(passages: Sequence[Passage], count: int, seed: int = 1) -> list[RetrievalCase]:
    """At most one question to each of ``count`` documents, drawn by lot; the same seed asks the same."""
    drawn = random.Random(seed)
    documents: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        documents[row_of(passage)].append(passage)
    chosen = drawn.sample(sorted(documents), min(count, len(documents)))
    made = ((name, _question(drawn, documents[name])) for name in chosen)
    return [RetrievalCase(name, question, [frozenset({name})]) for name, question in made if question]


def _question(drawn: random.Random, document: Sequence[Passage]) -> str:
    for _ in range(_TRIES):
        passage = drawn.choice(document)
        asked = list(_asked(drawn, passage.text))
        if asked:
            question = drawn.choice(asked)
            about = question == _WHEN or drawn.random() < _TOPIC_SHARE
            return _topic(drawn, passage.title) + drawn.choice(["", "的", "中", "，"]) + question if about else question
    return ""


def _asked(drawn: random.Random, text: str) -> Iterator[str]:
    """Every question that the passage answers by its form."""
    for heading in _HEADING.finditer(text):
        yield drawn.choice(_ASKED_HEADING).format(heading[1])
    for figure in _FIGURE.finditer(text):
        yield from _asked_figure(drawn, figure[1], figure[3])
    for listed in _LIST.finditer(text):
        yield f"{listed[1]}包括哪些？"
    for office in _OFFICE.finditer(text):
        yield drawn.choice([f"{office[2]}由谁负责？", f"哪个部门负责{office[2]}？"])
    for duty in _DUTY.finditer(text):
        yield _asked_duty(drawn, *duty.groups())
    if _START.search(text):
        yield _WHEN


def _asked_figure(drawn: random.Random, before: str, unit: str) -> Iterator[str]:
    clauses = before.split("，")
    last = clauses[-1] if len(clauses[-1]) > _LEAST_STEM else "，".join(clauses[-2:])
    stem = _BEFORE_FIGURE.sub("", last.strip("，、 （("))
    if len(stem) >= _LEAST_STEM:
        asking = _ASKED_UNIT.get(unit, "多少钱" if drawn.random() < 0.3 else f"多少{unit}")
        yield f"{stem}{drawn.choice(['', '的' if asking.startswith('比例') else '是'])}{asking}？"


def _asked_duty(drawn: random.Random, who: str, must: str, what: str) -> str:
    does = "做什么" if must in ("不得", "可以") else "怎么做"
    return drawn.choice(
        [
            f"{who}{must}{does}？",
            f"{who}有什么要求？",
            f"哪些{must}{what}？",
            f"{who}是否{must}{what}？",
            f"谁{must}{what}？",
        ]
    )


def _topic(drawn: random.Random, title: str) -> str:
    topic = _ISSUER.sub("", _FORMULAS.sub("", title))
    if len(topic) > 16:
        topic = drawn.choice([part for part in _TITLE_PARTS.split(topic) if len(part) >= 3] or [topic])
    return topic[:18]
