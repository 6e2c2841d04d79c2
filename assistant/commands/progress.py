"""A progress bar with the time left; silent when stderr is no terminal."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from retrieval.ingestion.report import IngestProgress

WIDTH = 30
CLEAR_LINE = "\r\x1b[K"


class ProgressBar:
    def __init__(self, stream: TextIO) -> None:
        self._stream, self._shown = stream, stream.isatty()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            self._stream.write(CLEAR_LINE)

    def __call__(self, progress: IngestProgress) -> None:
        if self._shown:
            self._stream.write(f"{CLEAR_LINE}{as_line(progress)}")
            self._stream.flush()


def as_line(progress: IngestProgress) -> str:
    share = progress.done / progress.total if progress.total else 1.0
    bar = "█" * round(share * WIDTH)
    left = f"{progress.eta_s:.0f} s left" if progress.eta_s is not None else ""
    return f"{progress.stage:<6}{bar:<{WIDTH}} {share:4.0%} {left}"
