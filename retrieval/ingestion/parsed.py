"""What parsing hands to splitting, and why a source is turned away."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from retrieval.contracts import Document


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the parsed text that its source already cut: a corpus row of one article, a third-party node."""

    start: int
    end: int
    path: tuple[str, ...] = ()
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One document of a source: facts, folded text, its own cuts if any, the titles it repeals."""

    document: Document
    text: str
    spans: tuple[Span, ...] = ()
    repeals: tuple[str, ...] = ()
    supersedes: str | None = None
    superseded_by: str | None = None
    warnings: tuple[str, ...] = field(default=(), compare=False)


class RejectReason(Enum):
    """Why a source, or one row of it, was not taken in (closed list; the value is stable and goes into ``--json``)."""

    NOT_FOUND = "not_found"
    NOT_A_FILE = "not_a_file"
    UNSUPPORTED_TYPE = "unsupported_type"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NEEDS_OCR = "needs_ocr"
    DECOMPRESSION_BOMB = "decompression_bomb"
    DTD_FORBIDDEN = "dtd_forbidden"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    BAD_ENCODING = "bad_encoding"
    BAD_FRONT_MATTER = "bad_front_matter"
    BAD_ROW = "bad_row"
    DUPLICATE_ID = "duplicate_id"


ADVICE = {
    RejectReason.NOT_FOUND: "找不到这个文件，请检查路径；网址请先下载成文件再导入。",
    RejectReason.NOT_A_FILE: "这不是普通文件，请指定文件或文件夹。",
    RejectReason.UNSUPPORTED_TYPE: "不支持这种格式，请另存为 .docx、.pdf、.html、.md、.txt 或 .jsonl 后再导入。",
    RejectReason.WRONG_TYPE: "文件内容与扩展名不符，请用原软件打开核对，另存为正确格式后再导入。",
    RejectReason.EMPTY: "文件里没有正文，请确认是否传错文件。",
    RejectReason.TOO_LARGE: "文件太大，请拆分后再导入，或调高大小上限。",
    RejectReason.TOO_MANY_PAGES: "页数超过上限，请拆分后再导入，或调高页数上限。",
    RejectReason.ENCRYPTED: "文件已加密，请用密码打开、另存为不加密的文件后再导入。",
    RejectReason.DAMAGED: "文件不完整或已损坏，请重新获取原件后再导入。",
    RejectReason.NEEDS_OCR: "这是没有文字层的扫描件，需OCR：请先做文字识别，再导入识别后的文件。",
    RejectReason.DECOMPRESSION_BOMB: "解压后的内容异常庞大，已停止读取；请核对来源，必要时另存一份再导入。",
    RejectReason.DTD_FORBIDDEN: "文件里带有 DTD 或外部实体声明，存在安全风险；请用办公软件重新另存后再导入。",
    RejectReason.TIME_LIMIT: "解析超时，已停止；请拆分文件或另存为更简单的格式后再导入。",
    RejectReason.MEMORY_LIMIT: "解析占用内存过多，已停止；请拆分文件或另存为更简单的格式后再导入。",
    RejectReason.BAD_ENCODING: "无法识别文字编码，请另存为 UTF-8 编码后再导入。",
    RejectReason.BAD_FRONT_MATTER: "文件头（两行 --- 之间）写法有误，请按文档模板改正后再导入。",
    RejectReason.BAD_ROW: "这一行不是有效的 JSON 记录，请改正后再导入。",
    RejectReason.DUPLICATE_ID: "编号与本次已导入的另一份文件相同，请改用不同的编号。",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A source that was not taken in; ``message`` is Chinese and says what to do.

    ``row_id`` is ``None`` for a whole file, the id of one row of it, or "" for a row that names none.
    """

    source: str
    reason: RejectReason
    message: str
    row_id: str | None = None


class SourceRejected(Exception):  # noqa: N818 - it is an outcome of reading a source, not a defect of ours
    """Raised while reading a source; ``detail`` goes before the standing advice."""

    def __init__(self, reason: RejectReason, detail: str = "") -> None:
        super().__init__(reason.value, detail)
        self.reason, self.detail = reason, detail

    def rejection(self, source: str, row_id: str | None = None) -> Rejection:
        return Rejection(source, self.reason, self.detail + ADVICE[self.reason], row_id)
