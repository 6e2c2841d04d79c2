"""Logs as JSON lines on stderr, with the trace id and without personal data or control characters."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
import unicodedata
from datetime import UTC, datetime
from typing import Any

from assistant.api.tracing import current_trace_id

# Logs need no long numbers: whatever may be a phone, card or identity number goes, separators and full width included.
_LONG_NUMBER = re.compile(r"\d(?:[ \-·.]?\d){6,}[Xx]?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def mask(text: str) -> str:
    """``text`` without long numbers and e-mail addresses; control characters (log injection, ANSI) become blanks."""
    folded = unicodedata.normalize("NFKC", text)
    return _CONTROL.sub(" ", _EMAIL.sub("〔邮箱〕", _LONG_NUMBER.sub("〔号码〕", folded)))


class JsonFormatter(logging.Formatter):
    """``extra={"fields": {…}}`` adds members; exceptions show their type and places, never their message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(record.getMessage()),
            "trace_id": current_trace_id.get(),
        }
        fields = getattr(record, "fields", {})
        line |= {key: mask(value) if isinstance(value, str) else value for key, value in fields.items()}
        if record.exc_info and record.exc_info[1]:
            line |= _exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _exception(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"exception": type(error).__name__, "places": places}


def configure(level: int = logging.INFO) -> None:
    """Sends every log of this process to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These narrate every outgoing request, addresses with query strings included, and every plugin at each start.
    for name in ("httpx", "httpcore", "uvicorn.access", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)
