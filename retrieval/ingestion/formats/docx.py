"""DOCX: paragraphs, headings, automatic numbers and tables; hidden and deleted text is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from retrieval.ingestion.formats import Extract
from retrieval.ingestion.formats.docx_numbering import Numbering, read_numbering
from retrieval.ingestion.formats.zip_guard import DEFAULT_CAPS, GuardedZip, ZipCaps
from retrieval.ingestion.parsed import RejectReason, SourceRejected
from retrieval.ingestion.tables import labelled_rows

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT, _NUMBERING, _STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])$", re.IGNORECASE)
_SKIPPED = frozenset(f"{W}{tag}" for tag in ("del", "moveFrom", "instrText", "delText", "footnoteReference"))
_MAX_ELEMENTS = 400_000


def extract_docx(data: bytes, caps: ZipCaps = DEFAULT_CAPS) -> Extract:
    """Text of a Word document.

    Raises:
        SourceRejected: encrypted, an old .doc, damaged, a bomb, carries a DTD, or has no text (then it may need OCR).
    """
    if data.startswith(_OLE):
        encrypted = _ENCRYPTED_PACKAGE in data
        raise SourceRejected(
            RejectReason.ENCRYPTED if encrypted else RejectReason.WRONG_TYPE,
            "" if encrypted else "这是旧版 .doc 文件。",
        )
    archive = GuardedZip(data, caps)
    if _DOCUMENT not in archive.names():
        raise SourceRejected(RejectReason.WRONG_TYPE, "压缩包里没有 Word 正文。")
    text = "\n".join(line for line in _Reader(archive).lines() if line.strip())
    if not text:
        pictures = any(name.startswith("word/media/") for name in archive.names())
        raise SourceRejected(RejectReason.NEEDS_OCR if pictures else RejectReason.EMPTY)
    return Extract(text)


def parse_part(data: bytes) -> etree._Element:
    """The root of an XML part; declarations of document types and entities are refused before anything is expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if b"<!DOCTYPE" in data[:65_536] or b"<!ENTITY" in data[:65_536]:
        raise SourceRejected(RejectReason.DTD_FORBIDDEN)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceRejected(RejectReason.DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceRejected(RejectReason.DTD_FORBIDDEN)
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise SourceRejected(RejectReason.DECOMPRESSION_BOMB)
    return root


class _Reader:
    """Walks the body in order, counting automatic numbers as Word would."""

    def __init__(self, archive: GuardedZip) -> None:
        names = archive.names()
        self._body = parse_part(archive.read(_DOCUMENT)).find(f"{W}body")
        styles = parse_part(archive.read(_STYLES)) if _STYLES in names else None
        self._headings = _heading_levels(styles)
        numbering = parse_part(archive.read(_NUMBERING)) if _NUMBERING in names else None
        self._numbering: Numbering = read_numbering(numbering, styles)

    def lines(self) -> Iterator[str]:
        if self._body is not None:
            yield from self._block_lines(self._body)

    def _block_lines(self, parent: etree._Element) -> Iterator[str]:
        for child in parent:
            if child.tag == f"{W}p":
                yield self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from labelled_rows([[_text(cell) for cell in _cells(row)] for row in child.findall(f"{W}tr")])
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}moveTo"):
                yield from self._block_lines(child)

    def _paragraph(self, paragraph: etree._Element) -> str:
        text = _text(paragraph)
        if not text.strip():
            return ""
        style = _value(paragraph, f"{W}pPr/{W}pStyle")
        level = self._headings.get(style, 0)
        return ("#" * level + " " if level else "") + self._numbering.label(paragraph, style) + text.strip()


def _heading_levels(styles: etree._Element | None) -> dict[str, int]:
    """Style ids of headings 1–6: by their name, or by outline level."""
    levels: dict[str, int] = {}
    for style in styles.iter(f"{W}style") if styles is not None else ():
        name = style.find(f"{W}name")
        outline = _value(style, f"{W}pPr/{W}outlineLvl")
        match = _HEADING.match(name.get(f"{W}val", "") if name is not None else "")
        if match:
            levels[style.get(f"{W}styleId", "")] = int(match[1])
        elif outline.isdigit() and int(outline) < 6:
            levels[style.get(f"{W}styleId", "")] = int(outline) + 1
    return levels


def _text(element: etree._Element) -> str:
    """Visible text below ``element``: no deletions, hidden runs or field codes; breaks become lines."""
    pieces: list[str] = []
    for child in element:
        if child.tag in _SKIPPED or _is_hidden(child):
            continue
        if child.tag == f"{W}t":
            pieces.append(child.text or "")
        elif child.tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif child.tag == f"{W}tab":
            pieces.append(" ")
        elif isinstance(child.tag, str):
            pieces.append(_text(child))
            if child.tag == f"{W}p" and element.tag == f"{W}tc":
                pieces.append(" ")
    return "".join(pieces)


def _is_hidden(run: etree._Element) -> bool:
    properties = run.find(f"{W}rPr") if run.tag == f"{W}r" else None
    if properties is None:
        return False
    vanish, color = properties.find(f"{W}vanish"), properties.find(f"{W}color")
    hidden = vanish is not None and vanish.get(f"{W}val", "true") not in ("0", "false")
    return hidden or (color is not None and color.get(f"{W}val", "").upper() == "FFFFFF")


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """Cells of a row, a merged cell once for each column it spans."""
    for cell in row.findall(f"{W}tc"):
        span = _value(cell, f"{W}tcPr/{W}gridSpan")
        yield from [cell] * (min(int(span), 60) if span.isdigit() else 1)


def _value(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return found.get(f"{W}val", "") if found is not None else ""
