"""Drafts as files: what was written before people's names were kept is still read. 演示数据."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from assistant.adapters.draft_files import DraftFiles
from assistant.domain.policy_draft import Deed, Draft, DraftState
from retrieval.contracts import Document

AT = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
DRAFT = Draft(
    Document("desk-0123456789ab", "演示：雨棚办法", keywords=("雨棚",)),
    "第一条 正文。",
    "rain-old",
    (Deed("made", "account:a", AT, name="演示编辑"), Deed("rejected", "account:b", AT, "时限不符", "演示审核")),
    DraftState.REJECTED,
    2,
    ("提醒",),
)


def test_a_draft_comes_back_as_it_was_put(tmp_path: Path) -> None:
    files = DraftFiles(tmp_path)
    files.put(DRAFT)
    found = files.get(DRAFT.id)
    assert found is not None
    assert (found.deeds, found.state, found.revision) == (DRAFT.deeds, DRAFT.state, DRAFT.revision)
    assert (found.supersedes, found.document.keywords) == ("rain-old", ("雨棚",))
    assert files.get("../desk-0123456789ab") is None


def test_a_draft_of_the_first_release_has_no_names(tmp_path: Path) -> None:
    files, path = DraftFiles(tmp_path), tmp_path / f"{DRAFT.id}.json"
    files.put(DRAFT)
    stored = json.loads(path.read_text("utf-8"))
    stored["deeds"] = [deed[:4] for deed in stored["deeds"]]
    path.write_text(json.dumps(stored), "utf-8")
    found = files.get(DRAFT.id)
    assert found is not None
    assert [deed.name for deed in found.deeds] == ["", ""]
    assert found.deeds[1].reason == "时限不符"
