"""The knowledge desk: drafts with the preview of their clauses, documents with their versions and what changed."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from assistant.api.documents.schemas import DocumentView, VersionView
from assistant.api.schemas import Identifier, Shape
from assistant.desks.knowledge import Preview, Source, Wanted
from assistant.domain.clause_changes import Change, ClauseChange
from assistant.domain.policy_draft import Alike, Draft, DraftState
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
    category: Line | None = Field(default=None, description="问题分类，如“住房/供暖”")
    level: Line | None = None
    region: Line | None = None
    issuer: Line | None = None
    document_number: Line | None = None
    owner_unit: Line | None = None
    effective_from: Day | None = None
    review_date: Day | None = None
    verified: bool | None = Field(default=None, description="已与原文核对")
    keywords: Annotated[tuple[Line, ...], Field(max_length=60)] | None = Field(default=None, description="市民的说法")

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

    def source(self) -> Source:
        if self.file is None:
            return Source(text=self.text)
        return Source(name=self.file.name, content=base64.b64decode(self.file.content))

    @model_validator(mode="after")
    def _one_of_both(self) -> NewDraft:
        if (self.file is None) == (not self.text.strip()):
            raise ValueError("file or text is needed")
        return self


class DraftEdit(BaseModel):
    """``revision`` is the one that was changed; ``supersedes`` is meant as given, ``null`` for none."""

    model_config = ConfigDict(extra="forbid")
    revision: int = Field(ge=1)
    text: Text
    facts: Facts = Field(default_factory=Facts)
    supersedes: Identifier | None = Field(default=None, description="替代哪个文件（新版本）")


class Decision(BaseModel):
    """``revision`` is the one that was looked at; sending a draft back needs a reason, which its author reads."""

    model_config = ConfigDict(extra="forbid")
    revision: int = Field(ge=1)
    verdict: Literal["approved", "rejected"]
    reason: str = Field(default="", max_length=500)


class Retirement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    repealed_on: Day = Field(description="从这一天起不再引用")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    successor_id: Identifier | None = Field(default=None, description="以后看哪一份")


class ClauseView(Shape):
    id: str
    path: list[str]
    text: str

    @classmethod
    def of(cls, passage: Passage) -> ClauseView:
        return cls(id=passage.id, path=list(passage.path), text=passage.text)


class DeedView(Shape):
    what: str
    who: str
    name: str
    at: datetime
    reason: str


class DraftRow(Shape):
    """``mine``: whoever asks wrote or changed it. ``reason``: why it was sent back, while it is."""

    id: str
    title: str
    state: DraftState
    revision: int
    supersedes: str | None
    mine: bool
    reason: str
    deeds: list[DeedView]

    @classmethod
    def of(cls, draft: Draft, principal: str) -> DraftRow:
        deeds = [
            DeedView(what=one.what, who=one.who, name=one.name, at=one.at, reason=one.reason) for one in draft.deeds
        ]
        return cls(
            id=draft.id,
            title=draft.document.title,
            state=draft.state,
            revision=draft.revision,
            supersedes=draft.supersedes,
            mine=principal in draft.authors,
            reason=deeds[-1].reason if draft.state is DraftState.REJECTED else "",
            deeds=deeds,
        )


class DraftList(Shape):
    items: list[DraftRow]


class AlikeView(Shape):
    """A document or waiting draft that says nearly the same."""

    id: str
    title: str
    share: float = Field(description="较短一份的文字有多少也在另一份里，0到1")
    in_force: bool
    is_draft: bool

    @classmethod
    def of(cls, alike: Alike) -> AlikeView:
        return cls(id=alike.id, title=alike.title, share=alike.share, in_force=alike.in_force, is_draft=alike.is_draft)


class ChangeView(Shape):
    change: Change
    clause: str
    was: str = Field(description="条号变了的，原来的条号")
    before: str
    after: str

    @classmethod
    def of(cls, change: ClauseChange) -> ChangeView:
        return cls(change=change.change, clause=change.clause, was=change.was, before=change.before, after=change.after)


class LookView(Shape):
    """A document as it would be cited, and what to look at before saving or approving it."""

    document: DocumentView
    keywords: list[str]
    text: str
    clauses: list[ClauseView]
    warnings: list[str]
    alike: list[AlikeView] = Field(description="内容几乎相同的文件和草稿，最像的在前")
    changes: list[ChangeView] = Field(description="与被替代的文件相比变了的条款")
    edits: list[ChangeView] = Field(description="试改时：与已保存的草稿相比变了的条款")

    @classmethod
    def of(cls, preview: Preview, day: date) -> LookView:
        return cls(**_looks(preview, day))


class PreviewView(LookView):
    """A saved draft."""

    draft: DraftRow

    @classmethod
    def of_draft(cls, preview: Preview, day: date, principal: str) -> PreviewView:
        return cls(**_looks(preview, day), draft=DraftRow.of(preview.draft, principal))


def _looks(preview: Preview, day: date) -> dict[str, Any]:
    return {
        "document": DocumentView.of(preview.draft.document, day),
        "keywords": list(preview.draft.document.keywords),
        "text": preview.draft.text,
        "clauses": [ClauseView.of(clause) for clause in preview.clauses],
        "warnings": list(preview.warnings),
        "alike": [AlikeView.of(one) for one in preview.alike],
        "changes": [ChangeView.of(change) for change in preview.changes],
        "edits": [ChangeView.of(change) for change in preview.edits],
    }


class KnowledgeRow(DocumentView):
    due: bool = Field(description="已到复核日期")
    clause: str = Field(default="", description="正文中找到的条款")
    excerpt: str = Field(default="", description="该条款的文字")


class KnowledgePage(Shape):
    items: list[KnowledgeRow]
    total: int
    as_of: date
    next_cursor: str | None = None


class KnowledgeDetail(Shape):
    document: DocumentView
    versions: list[VersionView] = Field(description="同一标题的全部版本，从旧到新")
    clauses: list[ClauseView]
    changes: list[ChangeView] = Field(description="与上一版本相比变了的条款")
    text: str = Field(description="全文，新版本从这里改起")
    keywords: list[str] = Field(description="市民的说法")
    retired_because: str = Field(description="停止引用的原因；自行失效的为空")
    as_of: date


class ComparisonView(Shape):
    """Two documents clause by clause, equal clauses too."""

    before: VersionView
    after: VersionView
    rows: list[ChangeView]
