"""Drafts of policy documents as files of ``data_dir``: written whole or not at all, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.domain.policy_draft import Deed, Draft, DraftState
from assistant.ports.knowledge import KnowledgeUnavailable
from retrieval.ingestion.codec import decode_document, encode_facts
from retrieval.ingestion.parsed import ParsedDocument

_ID = re.compile(r"desk-[0-9a-f]{12}")


class DraftFiles:
    """Implements ``DraftStore`` below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Draft]:
        with _failing():
            drafts = [_decode(json.loads(path.read_text("utf-8"))) for path in self._folder.glob("desk-*.json")]
        return sorted(drafts, key=lambda draft: draft.deeds[0].at, reverse=True)

    def get(self, draft_id: str) -> Draft | None:
        path = self._folder / f"{draft_id}.json"
        with _failing():
            if not _ID.fullmatch(draft_id) or not path.exists():
                return None
            return _decode(json.loads(path.read_text("utf-8")))

    def put(self, draft: Draft) -> None:
        with _failing():
            write_whole(self._folder / f"{draft.id}.json", json.dumps(_encode(draft), ensure_ascii=False))

    @contextmanager
    def alone(self) -> Iterator[None]:
        with _failing():
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                raise KnowledgeUnavailable("另一位编辑正在发布，请稍后重试。") from None
        with lock:
            yield


def write_whole(path: Path, text: str) -> None:
    """Replaces a file in one step that survives a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        raise KnowledgeUnavailable("草稿存储暂时不可用，没有保存任何内容，请联系管理员。") from error


def _encode(draft: Draft) -> dict[str, Any]:
    deeds = [[deed.what, deed.who, deed.at.isoformat(), deed.reason, deed.name] for deed in draft.deeds]
    return {
        "facts": json.loads(encode_facts(ParsedDocument(draft.document, draft.text))),
        "text": draft.text,
        "supersedes": draft.supersedes,
        "deeds": deeds,
        "state": draft.state.value,
        "revision": draft.revision,
        "warnings": list(draft.warnings),
    }


def _decode(stored: dict[str, Any]) -> Draft:
    # Drafts of the first release have no names.
    deeds = tuple(Deed(what, who, datetime.fromisoformat(at), *rest) for what, who, at, *rest in stored["deeds"])
    return Draft(
        decode_document(stored["facts"]),
        stored["text"],
        stored["supersedes"],
        deeds,
        DraftState(stored["state"]),
        stored["revision"],
        tuple(stored["warnings"]),
    )
