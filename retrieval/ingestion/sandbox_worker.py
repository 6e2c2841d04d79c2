"""The child process that parses one untrusted file after another; started by ``sandbox`` with limits it cannot lift."""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from retrieval.ingestion.formats import Extract
from retrieval.ingestion.parsed import RejectReason, SourceRejected

FRAME_HEADER = struct.Struct(">I")


def main() -> None:
    """Reads ``{"path", "format", "max_pages"}`` lines, answers each with one frame; any defect ends the process."""
    memory_bytes, cpu_s = int(sys.argv[2]), int(sys.argv[3])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not corrupt the frames
    from retrieval.ingestion.formats import docx, html, pdf  # noqa: F401 - loaded before the limits bite

    _limit(memory_bytes, cpu_s)
    _send(answers, {"ready": True})
    for line in sys.stdin.buffer:
        _send(answers, _answer(json.loads(line)))


def _answer(request: dict[str, str | int]) -> dict[str, object]:
    try:
        extract = _extract(Path(str(request["path"])), str(request["format"]), int(request["max_pages"]))
    except SourceRejected as rejected:
        return {"reason": rejected.reason.value, "detail": rejected.detail}
    except MemoryError:
        return {"reason": RejectReason.MEMORY_LIMIT.value, "detail": ""}
    fields = asdict(extract)
    return {**fields, "published": extract.published.isoformat() if extract.published else None}


def _extract(path: Path, file_format: str, max_pages: int) -> Extract:
    from retrieval.ingestion.formats import docx, html, pdf

    data = path.read_bytes()
    if file_format == "pdf":
        return pdf.extract_pdf(data, max_pages)
    return docx.extract_docx(data) if file_format == "docx" else html.extract_html(data)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    """Address space, processor time per worker, no files written, no core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(answers: BinaryIO, message: dict[str, object]) -> None:
    data = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
    answers.write(FRAME_HEADER.pack(len(data)) + data)
    answers.flush()
