"""Documents 文件: versions of policy texts, with their validity and what they rest on."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from assistant.api.schemas import BasisView, Shape, ValidityView
from retrieval.contracts import Document, Validity


def validity_view(validity: Validity, as_of: date) -> ValidityView:
    return ValidityView(
        effective_from=validity.effective_from, repealed_on=validity.repealed_on, in_force=validity.covers(as_of)
    )


class DocumentView(Shape):
    id: str
    title: str
    kind: str
    level: str | None
    region: str | None
    issuer: str | None
    document_number: str | None = Field(description="发文字号")
    category: str | None
    validity: ValidityView
    successor_id: str | None = Field(description="替代本版本的新版本")
    predecessor_id: str | None
    verified: bool = Field(description="内容是否已核实")
    review_date: date | None = Field(description="下次复核日期")
    owner_unit: str | None
    basis: list[BasisView]

    @classmethod
    def of(cls, document: Document, as_of: date) -> DocumentView:
        special = ("validity", "basis")
        plain = {name: getattr(document, name) for name in DocumentView.model_fields if name not in special}
        return cls(
            **plain,
            validity=validity_view(document.validity, as_of),
            basis=[BasisView(law=basis.law, article=basis.article) for basis in document.basis],
        )


class DocumentPage(Shape):
    items: list[DocumentView]
    next_cursor: str | None = Field(description="下一页；null 表示没有更多")
    as_of: date


class VersionView(Shape):
    id: str
    title: str
    document_number: str | None
    validity: ValidityView

    @classmethod
    def of(cls, document: Document, as_of: date) -> VersionView:
        return cls(
            id=document.id,
            title=document.title,
            document_number=document.document_number,
            validity=validity_view(document.validity, as_of),
        )


class DocumentDetail(Shape):
    document: DocumentView
    versions: list[VersionView] = Field(description="同一标题的全部版本，从旧到新")
    passage_ids: list[str]
    as_of: date
