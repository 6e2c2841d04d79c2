"""Small builders for tests; every invented fact in them is 演示数据."""

from __future__ import annotations

from datetime import date

from assistant.contracts import Evidence, EvidencePassage
from retrieval.contracts import Passage, Validity

AS_OF = date(2025, 6, 1)


def make_passage(
    text: str,
    *,
    id: str = "guide#1",
    document_id: str = "guide",
    title: str = "演示指南",
    path: tuple[str, ...] = (),
    effective_from: date | None = date(2020, 1, 1),
    repealed_on: date | None = None,
    ordinal: int = 0,
    document_number: str | None = None,
    region: str | None = "北京市",
) -> Passage:
    return Passage(
        id=id,
        document_id=document_id,
        title=title,
        text=text,
        path=path,
        ordinal=ordinal,
        validity=Validity(effective_from, repealed_on),
        region=region,
        document_number=document_number,
    )


def make_evidence(*passages: Passage, as_of: date = AS_OF, answerability: float = 0.9) -> Evidence:
    named = tuple(EvidencePassage(f"P{at}", item, 1.0 / at) for at, item in enumerate(passages, start=1))
    return Evidence(named, answerability, as_of)
