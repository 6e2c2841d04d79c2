"""Small files of every format, made in memory, sound or broken on purpose."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def make_pdf(
    pages: Sequence[Sequence[str]], *, hidden: str = "", image: bool = False, encrypted: bool = False
) -> bytes:
    """A PDF whose pages show the given lines; ``hidden`` is added to the first page in white."""
    characters = sorted({char for page in pages for line in page for char in line} | set(hidden))
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *_font(characters)]
    image_number = 0
    if image:
        objects.append(
            _stream(
                b"\0" * 64,
                b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray",
            )
        )
        image_number = len(objects)
    kids = []
    for number, lines in enumerate(pages):
        content = _page_content(lines, hidden if number == 0 else "", image=image)
        objects.append(_stream(zlib.compress(content), b"/Filter /FlateDecode"))
        resources = b"/Font << /F1 3 0 R >>" + (b" /XObject << /Im1 %d 0 R >>" % image_number if image else b"")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s >> >>"
            % (len(objects), resources)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _assemble(objects, encrypted=encrypted)


def make_flate_bomb_pdf(megabytes: int) -> bytes:
    """A few kilobytes whose page content inflates to ``megabytes`` of drawing operators."""
    content = zlib.compress(b"BT /F1 12 Tf 0 0 Td (A) Tj ET\n" * (megabytes * 1024 * 1024 // 30), 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F1 5 0 R >>"
    page += b" >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>"
    return _assemble(
        [b"<< /Type /Catalog /Pages 2 0 R >>", tree, _stream(content, b"/Filter /FlateDecode"), page, font]
    )


def make_docx(body: str, *, extra: dict[str, bytes] | None = None, head: str = "") -> bytes:
    """A .docx whose ``word/document.xml`` holds ``body`` (WordprocessingML); ``extra`` parts are added as they are."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    )
    return make_zip(
        {"[Content_Types].xml": _CONTENT_TYPES.encode(), "word/document.xml": document.encode(), **(extra or {})}
    )


def make_zip(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def paragraph(text: str, *, style: str = "", numbering: tuple[int, int] | None = None, run: str = "") -> str:
    """One ``w:p``; ``numbering`` is (list id, level), ``run`` are extra run properties."""
    list_mark = (
        f'<w:numPr><w:ilvl w:val="{numbering[1]}"/><w:numId w:val="{numbering[0]}"/></w:numPr>' if numbering else ""
    )
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + list_mark
    run_properties = f"<w:rPr>{run}</w:rPr>" if run else ""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r>{run_properties}<w:t>{escape(text)}</w:t></w:r></w:p>"


def _font(characters: Sequence[str]) -> list[bytes]:
    """Objects 3–6: a Type0 font without outlines whose codes map to ``characters``."""
    mapping = "\n".join(f"<{code:04X}> <{char.encode('utf-16-be').hex()}>" for code, char in enumerate(characters, 1))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{mapping}\nendbfchar endcmap end end"
    )
    _CODES.clear()
    _CODES.update({char: code for code, char in enumerate(characters, 1)})
    return [
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R]"
        b" /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900"
        b" /Descent -200 /CapHeight 700 /StemV 80 >>",
        _stream(cmap.encode(), b""),
    ]


_CODES: dict[str, int] = {}


def _page_content(lines: Sequence[str], hidden: str, *, image: bool) -> bytes:
    shown = [f"BT /F1 12 Tf 60 {780 - 20 * row} Td <{_hex(line)}> Tj ET" for row, line in enumerate(lines)]
    if hidden:
        shown.append(f"1 1 1 rg BT /F1 12 Tf 60 40 Td <{_hex(hidden)}> Tj ET")
    if image:
        shown.append("q 500 0 0 700 40 60 cm /Im1 Do Q")
    return "\n".join(shown).encode()


def _hex(text: str) -> str:
    return "".join(f"{_CODES[char]:04X}" for char in text)


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _assemble(objects: Sequence[bytes], *, encrypted: bool = False) -> bytes:
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    lock = b""
    if encrypted:
        secret = b"<" + b"5A" * 32 + b">"
        lock = b" /Encrypt << /Filter /Standard /V 1 /R 2 /O %s /U %s /P -44 >> /ID [<00> <00>]" % (secret, secret)
    out += b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, lock, start)
    return bytes(out)
