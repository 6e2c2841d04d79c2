"""Runs the parsers of binary and web formats in a child process that is killed when it takes too long or too much."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import retrieval
from retrieval.ingestion.formats import Extract
from retrieval.ingestion.limits import DEFAULT_LIMITS, ParseLimits
from retrieval.ingestion.parsed import RejectReason, SourceRejected
from retrieval.ingestion.sandbox_worker import FRAME_HEADER

_START = "import sys; sys.path.insert(0, sys.argv[1]); from retrieval.ingestion.sandbox_worker import main; main()"
_START_LIMIT_S = 60.0
_FILES_PER_WORKER = 100
_LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
_NEAR_LIMIT = 0.5


class Sandbox:
    """A worker, started on first use, replaced after a failure and every hundred files; for one thread."""

    def __init__(self, limits: ParseLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._worker: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def extract(self, path: Path, file_format: str) -> Extract:
        """The text of one file of format ``pdf``, ``docx`` or ``html``.

        Raises:
            SourceRejected: the parser turned the file away, crashed on it, or went over a limit.
        """
        worker = self._ready_worker()
        request = {"path": str(path.resolve()), "format": file_format, "max_pages": self._limits.pages}
        assert worker.stdin is not None
        with suppress(BrokenPipeError):
            worker.stdin.write(json.dumps(request).encode() + b"\n")
            worker.stdin.flush()
        answer = self._receive(worker, time.monotonic() + self._limits.wall_s)
        self._files += 1
        if "reason" in answer:
            raise SourceRejected(RejectReason(answer["reason"]), str(answer["detail"]))
        published = date.fromisoformat(answer["published"]) if answer["published"] else None
        return Extract(answer["text"], answer["title"], published, tuple(answer["warnings"]))

    def close(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
        self._worker = None

    def _ready_worker(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._files >= _FILES_PER_WORKER:
            self.close()
            self._files = 0
            self._worker = self._start()
            self._receive(self._worker, time.monotonic() + _START_LIMIT_S)
        return self._worker

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(next(iter(retrieval.__path__))).resolve().parent)
        cpu_s = str(int(self._limits.wall_s * _FILES_PER_WORKER) + 60)
        return subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, no input in the arguments
            [sys.executable, "-I", "-c", _START, root, str(self._limits.memory_bytes), cpu_s],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
            cwd="/",
        )

    def _receive(self, worker: subprocess.Popen[bytes], deadline: float) -> dict[str, Any]:
        (length,) = FRAME_HEADER.unpack(self._read(worker, FRAME_HEADER.size, deadline))
        if length > _LARGEST_ANSWER_BYTES:
            self.close()
            raise SourceRejected(RejectReason.DECOMPRESSION_BOMB)
        message: dict[str, Any] = json.loads(self._read(worker, length, deadline))
        return message

    def _read(self, worker: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert worker.stdout is not None
        data = b""
        while len(data) < size:
            readable, _, _ = select.select([worker.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                self.close()
                raise SourceRejected(RejectReason.TIME_LIMIT)
            piece = os.read(worker.stdout.fileno(), size - len(data))
            if not piece:
                raise self._died(worker)
            data += piece
        return data

    def _died(self, worker: subprocess.Popen[bytes]) -> SourceRejected:
        """A crash near the memory limit is blamed on memory, any other on the file."""
        _, status, usage = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        self.close()
        near_limit = usage.ru_maxrss * 1024 > _NEAR_LIMIT * self._limits.memory_bytes
        return SourceRejected(RejectReason.MEMORY_LIMIT if near_limit else RejectReason.DAMAGED)
