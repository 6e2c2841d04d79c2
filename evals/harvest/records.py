"""Reviewed candidates and closed orders as records of an instruction-tuning set: one chat each, de-identified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.domain.gazetteer import Gazetteer
from assistant.domain.places import PlaceKind
from assistant.domain.work_order import WorkOrder
from evals.harvest.candidates import Candidate, Review, identifier, masked

INSTRUCTIONS: Mapping[str, str] = {
    "answer": "你是12345热线政策问答助手。只依据现行有效的条款回答，逐句注明依据；没有依据就说明没有，并告知如何联系人工。",
    "reply": "你是承办单位的经办人。根据办理情况起草给诉求人的书面答复：查到什么、做了什么、依据什么、下一步、联系谁。",
    "type": "判断下面这件诉求的类型：咨询、求助、投诉、举报、建议、表扬。只写类型。",
    "category": "给下面这件诉求选一个三级分类，写成“一级/二级/三级”。",
    "unit": "给下面这件诉求选承办单位。只写单位名称。",
}
PLACES = frozenset({PlaceKind.ESTATE, PlaceKind.ROAD})
PLACE_TOKEN = "〔地点〕"  # noqa: S105 - what stands for a place


@dataclass(frozen=True, slots=True)
class Record:
    """``matter`` groups records that must not be divided between training and test."""

    id: str
    task: str
    input: str
    output: str
    matter: str
    source: str

    def as_chat(self) -> dict[str, Any]:
        turns = (("system", INSTRUCTIONS[self.task]), ("user", self.input), ("assistant", self.output))
        messages = [{"role": role, "content": content} for role, content in turns]
        return {"id": self.id, "task": self.task, "source": self.source, "messages": messages}


def from_candidates(candidates: Iterable[Candidate]) -> Iterator[Record]:
    for one in candidates:
        if one.review is Review.APPROVED:
            yield Record(one.id, one.task, one.input, one.expected, "", "feedback")


def from_order(order: WorkOrder, units: Mapping[str, str]) -> Iterator[Record]:
    """``units``: names by id. A closed order teaches its type, category and lead unit; its reply too, where the appellant was satisfied."""
    text = "\n".join(part for part in (order.title, order.content) if part)
    said = {"type": order.type.value, "category": order.category, "unit": units.get(order.lead or "", order.lead_name)}
    for task, output in said.items():
        if output:
            yield Record(identifier(task, text), task, text, output, order.category, "orders")
    if order.reply and order.follow_ups and order.follow_ups[-1].solved:
        yield Record(identifier("reply", text), "reply", text, order.reply, order.category, "orders")


def without_identity(record: Record, gazetteer: Gazetteer) -> Record:
    """Masked by the rules of today, and estates and roads by a token: with a matter they can point at one household."""
    hidden = (_placeless(masked(text), gazetteer) for text in (record.input, record.output))
    text, output = hidden
    return Record(record.id, record.task, text, output, record.matter, record.source)


def _placeless(text: str, gazetteer: Gazetteer) -> str:
    spans = [(found.start, found.end) for found in gazetteer.mentions(text) if found.place.kind in PLACES]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + PLACE_TOKEN + text[end:]
    return text
