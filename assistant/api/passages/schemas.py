"""Passages 条款: the smallest citable pieces, as search hits and in full."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from assistant.api.schemas import BasisView, Shape, ValidityView
from retrieval.contracts import Passage, ScoredPassage, SearchResult


class PassageView(Shape):
    """``start`` and ``end`` are character offsets into the parsed text of the document."""

    id: str
    document_id: str
    title: str = Field(examples=["北京市物业管理条例"])
    path: list[str] = Field(examples=[["第三章", "第二十条"]])
    clause: str = Field(examples=["第二十条"])
    text: str
    start: int
    end: int
    kind: str
    level: str | None
    region: str | None
    issuer: str | None
    document_number: str | None
    validity: ValidityView
    basis: list[BasisView]

    @classmethod
    def of(cls, passage: Passage, as_of: date) -> PassageView:
        plain = {name: getattr(passage, name) for name in cls.model_fields if name not in ("path", "validity", "basis")}
        return cls(
            **plain,
            path=list(passage.path),
            validity=ValidityView(
                effective_from=passage.validity.effective_from,
                repealed_on=passage.validity.repealed_on,
                in_force=passage.validity.covers(as_of),
            ),
            basis=[BasisView(law=basis.law, article=basis.article) for basis in passage.basis],
        )


class HitView(Shape):
    score: float = Field(description="相关度，仅在同一次检索内可比")
    passage: PassageView

    @classmethod
    def of(cls, hit: ScoredPassage, as_of: date) -> HitView:
        return cls(score=hit.score, passage=PassageView.of(hit.passage, as_of))


class PassageHits(Shape):
    """Ranked hits. ``answerability`` in [0, 1] says how sure the engine is that they answer at all."""

    items: list[HitView]
    as_of: date
    answerability: float
    index_version: str
    degraded: list[str]

    @classmethod
    def of(cls, result: SearchResult, as_of: date) -> PassageHits:
        return cls(
            items=[HitView.of(hit, as_of) for hit in result.hits],
            as_of=as_of,
            answerability=result.answerability,
            index_version=result.index_version,
            degraded=list(result.degraded),
        )


class PassageInContext(Shape):
    """A passage and all passages of its article or guide section, itself included, in document order."""

    passage: PassageView
    neighbours: list[PassageView]
    as_of: date
