"""PDF: the text layer, page by page, with lines joined to paragraphs and running headers dropped."""

from __future__ import annotations

import re
from collections import Counter
from ctypes import c_uint
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from retrieval.ingestion.formats import Extract
from retrieval.ingestion.parsed import RejectReason, SourceRejected

_PASSWORD_ERROR = 4
_LEAST_TEXT_PER_PAGE = 10
_PAGE_NUMBER = re.compile(r"^[-—–·\s第]*[0-9]{1,4}(?:\s*/\s*[0-9]{1,4})?[-—–·\s页]*$")
_OPENS_PARAGRAPH = re.compile(
    r"第[零〇一二三四五六七八九十百千0-9]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十0-9]+[）)]"
    r"|[0-9]{1,2}[.、．](?![0-9])|[①-⑳]|附件|附\s*则|[-•●■]"
)
_CLOSES_PARAGRAPH = re.compile(r"[。；：！？.;:!?]”?$")


@dataclass(frozen=True, slots=True)
class _Page:
    lines: tuple[str, ...]
    hidden_chars: int
    has_images: bool


def extract_pdf(data: bytes, max_pages: int) -> Extract:
    """The visible text of a PDF.

    Raises:
        SourceRejected: encrypted, damaged, more than ``max_pages`` pages, scanned without a text layer, or blank.
    """
    if b"%%EOF" not in data[-2048:]:
        raise SourceRejected(RejectReason.DAMAGED, "文件缺少结尾，可能没有下载完整。")
    document = _open(data)
    if len(document) > max_pages:
        raise SourceRejected(RejectReason.TOO_MANY_PAGES, f"共 {len(document)} 页，上限 {max_pages} 页。")
    pages = [_read_page(document, number) for number in range(len(document))]
    bare = [number for number, page in enumerate(pages, 1) if _chars(page) < _LEAST_TEXT_PER_PAGE]
    if len(bare) == len(pages):
        scanned = any(page.has_images for page in pages)
        raise SourceRejected(RejectReason.NEEDS_OCR if scanned else RejectReason.EMPTY)
    return Extract(_paragraphs(_without_running_lines(pages)), warnings=_warnings(pages, bare))


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == _PASSWORD_ERROR or "password" in str(error).lower():
            raise SourceRejected(RejectReason.ENCRYPTED) from error
        raise SourceRejected(RejectReason.DAMAGED) from error


def _read_page(document: pdfium.PdfDocument, number: int) -> _Page:
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise SourceRejected(RejectReason.DAMAGED, f"第 {number + 1} 页读不出来。") from error
    text, hidden = _visible_text(text_page)
    images = any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    lines = tuple(line for raw in text.splitlines() if (line := raw.strip()))
    text_page.close()
    page.close()
    return _Page(lines, hidden, images)


def _visible_text(text_page: pdfium.PdfTextPage) -> tuple[str, int]:
    """The page's characters less those white, transparent or below one point, and how many those are."""
    kept, hidden = [], 0
    for index in range(text_page.count_chars()):
        char = chr(pdfium_c.FPDFText_GetUnicode(text_page, index))
        if char in "\r\n \ufffe" or not _is_hidden(text_page, index):
            kept.append(char)
        else:
            hidden += 1
    text = "".join(kept).replace("\ufffe", "").encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return text, hidden


def _is_hidden(text_page: pdfium.PdfTextPage, index: int) -> bool:
    if max(_size(text_page, index)) < 1:
        return True
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    known = pdfium_c.FPDFText_GetFillColor(text_page, index, red, green, blue, alpha)
    return bool(known) and (alpha.value < 8 or min(red.value, green.value, blue.value) > 250)


def _size(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float]:
    """Width and height in points of the character's cell on the page (its ink may be a thin dash)."""
    cell = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(text_page, index, cell):
        return 1.0, 1.0
    return abs(cell.right - cell.left), abs(cell.top - cell.bottom)


def _chars(page: _Page) -> int:
    return sum(len(line) for line in page.lines)


def _warnings(pages: list[_Page], bare: list[int]) -> tuple[str, ...]:
    hidden = sum(page.hidden_chars for page in pages)
    scanned = [number for number in bare if pages[number - 1].has_images]
    notes = [f"去掉了 {hidden} 个看不见的字符"] if hidden else []
    if scanned:
        notes.append(f"第 {'、'.join(map(str, scanned[:20]))} 页没有文字层，需OCR，未收入")
    return tuple(notes)


def _without_running_lines(pages: list[_Page]) -> list[str]:
    """All lines without page numbers and without headers or footers that most pages repeat."""
    edges = Counter(line for page in pages for line in {*page.lines[:2], *page.lines[-2:]})
    running = {line for line, count in edges.items() if count >= 3 and count > len(pages) / 2}
    return [
        line
        for page in pages
        for line in page.lines
        if line not in running and not (_PAGE_NUMBER.match(line) and line in (page.lines[0], page.lines[-1]))
    ]


def _paragraphs(lines: list[str]) -> str:
    """Joins the lines of a paragraph, which ends at a short line, a sentence end, or before a clause."""
    width = sorted(len(line) for line in lines)[int(len(lines) * 0.9)] if lines else 0
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        full = len(last) >= 0.85 * width and not (_CLOSES_PARAGRAPH.search(last) and len(last) < width)
        if paragraphs and last and full and not _OPENS_PARAGRAPH.match(line):
            paragraphs[-1] += _joint(last, line) + line
        else:
            paragraphs.append(line)
        last = line
    return "\n".join(paragraphs)


def _joint(left: str, right: str) -> str:
    """Latin words need a blank between lines, Han characters do not."""
    return " " if left[-1].isascii() and left[-1].isalnum() and right[0].isascii() and right[0].isalnum() else ""
