"""Finds the files to read, recognises their format by name and first bytes, and names them safely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.ingestion.limits import ParseLimits
from retrieval.ingestion.normalise import fold_line
from retrieval.ingestion.parsed import Rejection, RejectReason, SourceRejected

_FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
}
_HINTS = {
    ".doc": "请用 Word 或 WPS 另存为 .docx。",
    ".wps": "请用 WPS 另存为 .docx。",
    ".ofd": "请用版式软件导出为 PDF。",
    ".xls": "请把表格另存为网页或 .docx。",
    ".xlsx": "请把表格另存为网页或 .docx。",
    ".csv": "请把表格另存为网页或 .docx。",
    ".zip": "请先解压。",
    ".rar": "请先解压。",
    ".7z": "请先解压。",
}
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp"})
_JUNK = frozenset({"thumbs.db", "desktop.ini"})
_GZIP, _ZIP, _OLE, _PDF = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"
_FIRST_BYTES = {"pdf": (_PDF,), "docx": (_ZIP, _OLE)}
_SHOWN_CHARS = 120


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: where it is, what it is called in reports, its format, its size in bytes."""

    path: Path
    name: str
    format: str
    size: int

    @property
    def key(self) -> str:
        """What the ledger calls this source: the same file has the same key wherever the program runs from."""
        return str(self.path.resolve())


def find_sources(paths: Sequence[Path | str], limits: ParseLimits) -> Iterator[SourceFile | Rejection]:
    """Files named or below the folders named, in name order; hidden files and links below are skipped."""
    seen: set[Path] = set()
    for given in paths:
        for path in _walk(Path(given)):
            resolved = path.resolve() if "\0" not in str(path) else path
            if resolved not in seen:
                seen.add(resolved)
                yield _inspect(path, limits)


def shown_name(path: Path) -> str:
    """The file name for people: no control or bidirectional characters, no folders, at most 120 characters."""
    name = fold_line(path.name.encode("utf-8", "replace").decode("utf-8")).replace("/", "_").replace("\\", "_")
    return name if len(name) <= _SHOWN_CHARS else f"{name[: _SHOWN_CHARS - 20]}…{name[-19:]}"


def suffix_of(path: Path) -> str:
    name = path.name.lower()
    return ".jsonl.gz" if name.endswith(".jsonl.gz") else path.suffix.lower()


def _walk(given: Path) -> Iterator[Path]:
    if "\0" in str(given) or not _is_folder(given):
        yield given
        return
    for path in sorted(given.rglob("*")):
        below = path.relative_to(given).parts
        skipped = any(part.startswith((".", "~$")) for part in below) or path.name.lower() in _JUNK
        if not skipped and not path.is_symlink() and path.is_file():
            yield path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _inspect(path: Path, limits: ParseLimits) -> SourceFile | Rejection:
    name = shown_name(path)
    try:
        return SourceFile(path, name, _checked_format(path, limits), path.stat().st_size)
    except SourceRejected as rejected:
        return rejected.rejection(name)
    except (OSError, ValueError):
        return SourceRejected(RejectReason.NOT_FOUND).rejection(name)


def _checked_format(path: Path, limits: ParseLimits) -> str:
    """The format, if name, size and first bytes agree."""
    size = path.stat().st_size
    if not path.is_file():
        raise SourceRejected(RejectReason.NOT_A_FILE)
    file_format = _format_by_name(path)
    if size == 0:
        raise SourceRejected(RejectReason.EMPTY, "文件是空的（0 字节）。")
    cap = {"jsonl": limits.rows_bytes, "plain": limits.text_file_bytes, "markdown": limits.text_file_bytes}
    if size > cap.get(file_format, limits.file_bytes):
        raise SourceRejected(RejectReason.TOO_LARGE, f"{size / 1_048_576:.0f} MB。")
    with path.open("rb") as stream:
        _check_first_bytes(stream.read(8), file_format)
    return file_format


def _format_by_name(path: Path) -> str:
    suffix = suffix_of(path)
    if suffix in _PICTURES:
        raise SourceRejected(RejectReason.NEEDS_OCR, "这是图片。")
    if suffix not in _FORMATS:
        raise SourceRejected(RejectReason.UNSUPPORTED_TYPE, _HINTS.get(suffix, ""))
    return _FORMATS[suffix]


def _check_first_bytes(head: bytes, file_format: str) -> None:
    expected = _FIRST_BYTES.get(file_format)
    binary = head.startswith((_ZIP, _OLE, _PDF)) or (head.startswith(_GZIP) and file_format != "jsonl")
    if (expected and not head.startswith(expected)) or (not expected and binary):
        raise SourceRejected(RejectReason.WRONG_TYPE)
