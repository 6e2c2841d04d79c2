"""The ledger."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval.contracts import Document, LegalBasis, Validity
from retrieval.ingestion.parsed import ParsedDocument, Span
from retrieval.ingestion.registry import IngestionBusy, Retirement, SqliteRegistry, Staged
from retrieval.ingestion.versions import Links
from retrieval.ports import DocumentRegistry

FULL = Document(
    id="d1", title="某办法", kind="regulation", level="地方性法规", region="北京市", issuer="市人大", document_number="京发〔2024〕1号",
    category="公共服务/供暖", validity=Validity(date(2024, 5, 1), date(2026, 1, 1)), owner_unit="区城管委",
    review_date=date(2027, 5, 31), verified=True, basis=(LegalBasis("某法", "第三条"),), keywords=("供热",),
)  # fmt: skip
PARSED = ParsedDocument(FULL, "第一条 正文𠮷。", (Span(0, 9, ("第一条",), "d1#第一条"),), ("某旧办法",), "d0", None)


def stage(registry: SqliteRegistry, parsed: ParsedDocument, recipe: str = "1") -> Staged:
    with registry.transaction():
        return registry.stage(parsed, "/files/a.md", "a.md", recipe)


@pytest.fixture
def registry(tmp_path: Path) -> SqliteRegistry:
    return SqliteRegistry(tmp_path / "registry.db")


def test_a_document_comes_back_as_it_went_in(registry: SqliteRegistry) -> None:
    port: DocumentRegistry = registry
    stage(registry, PARSED)
    stored = port.get("d1")
    assert stored is not None
    assert replace(stored, source=None, content_hash="") == FULL
    assert (stored.source, bool(stored.content_hash)) == ("a.md", True)
    assert port.all() == [stored]
    assert registry.text_of("d1") == "第一条 正文𠮷。"
    loaded = registry.load("d1")
    assert (loaded.text, loaded.spans) == (PARSED.text, PARSED.spans)


def test_what_is_not_known_is_not_known(registry: SqliteRegistry) -> None:
    assert registry.get("nobody") is None
    assert registry.text_of("nobody") is None
    assert registry.passages_of("nobody") == []
    assert registry.all() == []


def test_passages_are_known_once_indexed(registry: SqliteRegistry) -> None:
    stage(registry, PARSED)
    assert registry.passages_of("d1") == []
    registry.mark_indexing(["d1"])
    assert registry.pending()[0].touched
    registry.mark_indexed({"d1": ["p1", "p2"]})
    assert registry.passages_of("d1") == ["p1", "p2"]
    assert registry.passage_count() == 2
    assert registry.pending() == []


def test_staging_tells_new_from_changed_from_unchanged(registry: SqliteRegistry) -> None:
    assert stage(registry, PARSED) is Staged.ADDED
    registry.mark_indexing(["d1"])
    registry.mark_indexed({"d1": ["p1"]})
    assert stage(registry, PARSED) is Staged.UNCHANGED
    assert stage(registry, replace(PARSED, text="第一条 新文。")) is Staged.UPDATED
    assert registry.passages_of("d1") == []
    registry.mark_indexed({"d1": ["p1"]})
    assert stage(registry, replace(PARSED, text="第一条 新文。"), recipe="2") is Staged.UPDATED


def test_links_move_the_end_of_validity_and_call_for_writing_the_passages_anew(registry: SqliteRegistry) -> None:
    stage(registry, PARSED)
    registry.mark_indexed({"d1": ["p1"]})
    links = Links("series", "before", "after", date(2025, 1, 1))
    assert registry.apply_links({"d1": links}) == ["d1"]
    document = registry.get("d1")
    assert document is not None
    assert document.validity == Validity(date(2024, 5, 1), date(2025, 1, 1))
    assert (document.series_id, document.predecessor_id, document.successor_id) == ("series", "before", "after")
    assert registry.load("d1").document.validity.repealed_on == date(2025, 1, 1)
    assert [one.id for one in registry.pending()] == ["d1"]
    assert registry.apply_links({"d1": links}) == []


def test_what_is_being_removed_is_gone_for_readers_and_left_to_do_for_the_next_run(registry: SqliteRegistry) -> None:
    stage(registry, PARSED)
    registry.mark_removing(["d1"])
    assert registry.get("d1") is None
    assert registry.all() == []
    assert registry.removing() == ["d1"]
    registry.forget(["d1"])
    assert registry.removing() == []
    assert registry.text_of("d1") is None


def test_the_ledger_outlives_the_process(tmp_path: Path) -> None:
    first = SqliteRegistry(tmp_path / "registry.db")
    stage(first, PARSED)
    first.close()
    assert SqliteRegistry(tmp_path / "registry.db").get("d1") is not None


def test_a_second_writing_process_is_told_to_wait(registry: SqliteRegistry, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.ingestion.registry import *\n"
        "try:\n  with SqliteRegistry(Path(sys.argv[1])).exclusive(): print('in')\n"
        "except IngestionBusy as busy: print(busy)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "registry.db")]
    with registry.exclusive():
        held = subprocess.run(command, capture_output=True, text=True, check=True)
        with pytest.raises(IngestionBusy), registry.exclusive():
            pass
    free = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (held.stdout.strip(), free.stdout.strip()) == ("另一个导入正在进行，请等它结束后再试。", "in")


def test_a_failed_transaction_leaves_nothing(registry: SqliteRegistry) -> None:
    with pytest.raises(sqlite3.IntegrityError), registry.transaction():
        registry.stage(PARSED, "/files/a.md", "a.md", "1")
        raise sqlite3.IntegrityError
    assert registry.get("d1") is None


def test_all_documents_are_decoded_once_and_again_after_any_change(registry: SqliteRegistry, tmp_path: Path) -> None:
    stage(registry, PARSED)
    (first,) = registry.all()
    assert registry.all()[0] is first
    registry.all().clear()  # what a caller does with the list is its own business
    assert registry.all() == [first]
    other = SqliteRegistry(tmp_path / "registry.db")
    stage(other, replace(PARSED, document=replace(FULL, id="d2")))
    assert [one.id for one in registry.all()] == ["d1", "d2"]
    registry.mark_removing(["d1"])
    assert [one.id for one in registry.all()] == ["d2"]
    assert [one.id for one in other.all()] == ["d2"]
    other.close()


def test_what_was_undone_is_forgotten(registry: SqliteRegistry) -> None:
    with pytest.raises(RuntimeError, match="stop"), registry.transaction():
        registry.stage(PARSED, "/files/a.md", "a.md", "1")
        assert len(registry.all()) == 1
        raise RuntimeError("stop")
    assert registry.all() == []


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "registry.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="请升级程序"):
        SqliteRegistry(tmp_path / "registry.db")


def test_a_retirement_keeps_its_reason_and_names_the_successor(registry: SqliteRegistry) -> None:
    stage(registry, PARSED)
    decided = Retirement(date(2025, 3, 1), "d2", "已有新办法")
    registry.retire("d1", decided)
    assert registry.retirement_of("d1") == decided
    assert registry.retirement_of("d0") is None
    facts = registry.version_facts()[0]
    assert (facts.repealed_on, facts.superseded_by) == (date(2025, 3, 1), "d2")


def test_a_ledger_of_the_first_release_learns_successors_and_keeps_its_retirements(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    SqliteRegistry(path).close()
    with sqlite3.connect(path) as old:
        old.execute("DROP TABLE retirements")
        old.execute("CREATE TABLE retirements (id TEXT PRIMARY KEY, repealed_on TEXT NOT NULL)")
        old.execute("INSERT INTO retirements VALUES ('d1', '2025-03-01')")
    assert SqliteRegistry(path).retirement_of("d1") == Retirement(date(2025, 3, 1))
