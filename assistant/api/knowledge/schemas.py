"""The knowledge desk: drafts with the preview of their clauses, documents with their versions and what changed."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from assistant.api.documents.schemas import DocumentView, VersionView
from assistant.api.schemas import Identifier, Shape
from assistant.domain.policy_draft import Change, ClauseChange, Draft, DraftState
from assistant.knowledge_desk import Preview, Wanted
from retrieval.contracts import Passage

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
Text = Annotated[str, Field(max_length=200_000)]
Day = Annotated[date, Field(ge=date(1949, 10, 1), le=date(2099, 12, 31))]


class Facts(BaseModel):
    """What is not given is kept as it is, or read from the file."""

    model_config = ConfigDict(extra="forbid")
    title: Line | None = None
    kind: Literal["guide", "regulation", "plan", "notice"] | None = None
    level: Line | None = None
    region: Line | None = None
    issuer: Line | None = None
    document_number: Line | None = None
    owner_unit: Line | None = None
    effective_from: Day | None = None
    review_date: Day | None = None
    verified: bool | None = Field(default=None, description="已与原文核对")

    def wanted(self) -> Wanted:
        return Wanted(**self.model_dump())


class UploadedFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Line
    content: str = Field(description="文件内容，Base64", max_length=12_000_000)

    @field_validator("content")
    @classmethod
    def _is_base64(cls, content: str) -> str:
        try:
            base64.b64decode(content, validate=True)
        except binascii.Error:
            raise ValueError("not Base64") from None
        return content


class NewDraft(BaseModel):
    """Either a file or typed text."""

    model_config = ConfigDict(extra="forbid")
    file: UploadedFile | None = None
    text: Text = ""
    facts: Facts = Field(default_factory=Facts)
    supersedes: Identifier | None = Field(default=None, description="替代哪个文件（新版本）")

    @model_validator(mode="after")
    def _one_of_both(self) -> NewDraft:
        if (self.file is None) == (not self.text.strip()):
            raise ValueError("file or text is needed")
        return self


class DraftEdit(BaseModel):
    model_config = ConfigDict(extra="forbid")
    revision: int = Field(ge=1)
    text: Text
    facts: Facts = Field(default_factory=Facts)


class Decision(BaseModel):
    """``revision`` is the one that was looked at."""

    model_config = ConfigDict(extra="forbid")
    revision: int = Field(ge=1)
    verdict: Literal["approved", "rejected"]
    reason: str = Field(default="", max_length=500)


class Retirement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    repealed_on: Day = Field(description="从这一天起不再引用")
    reason: str = Field(min_length=1, max_length=500)


class ClauseView(Shape):
    path: list[str]
    text: str

    @classmethod
    def of(cls, passage: Passage) -> ClauseView:
        return cls(path=list(passage.path), text=passage.text)


class DeedView(Shape):
    what: str
    who: str
    at: datetime
    reason: str


class DraftRow(Shape):
    id: str
    title: str
    state: DraftState
    revision: int
    supersedes: str | None
    deeds: list[DeedView]

    @classmethod
    def of(cls, draft: Draft) -> DraftRow:
        deeds = [DeedView(what=one.what, who=one.who, at=one.at, reason=one.reason) for one in draft.deeds]
        return cls(
            id=draft.id,
            title=draft.document.title,
            state=draft.state,
            revision=draft.revision,
            supersedes=draft.supersedes,
            deeds=deeds,
        )


class DraftList(Shape):
    items: list[DraftRow]


class PreviewView(Shape):
    """A draft as it would be cited, and what to look at before approving."""

    draft: DraftRow
    document: DocumentView
    text: str
    clauses: list[ClauseView]
    warnings: list[str]

    @classmethod
    def of(cls, preview: Preview, day: date) -> PreviewView:
        return cls(
            draft=DraftRow.of(preview.draft),
            document=DocumentView.of(preview.draft.document, day),
            text=preview.draft.text,
            clauses=[ClauseView.of(clause) for clause in preview.clauses],
            warnings=list(preview.warnings),
        )


class KnowledgeRow(DocumentView):
    due: bool = Field(description="已到复核日期")


class KnowledgePage(Shape):
    items: list[KnowledgeRow]
    total: int
    as_of: date


class ChangeView(Shape):
    change: Change
    clause: str
    before: str
    after: str

    @classmethod
    def of(cls, change: ClauseChange) -> ChangeView:
        return cls(change=change.change, clause=change.clause, before=change.before, after=change.after)


class KnowledgeDetail(Shape):
    document: DocumentView
    versions: list[VersionView] = Field(description="同一标题的全部版本，从旧到新")
    clauses: list[ClauseView]
    changes: list[ChangeView] = Field(description="与上一版本相比变了的条款")
    as_of: date
