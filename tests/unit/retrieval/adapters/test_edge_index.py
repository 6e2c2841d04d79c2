"""The embedded index over time: published states, killed writers, broken folders."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from retrieval.adapters import edge_index
from retrieval.adapters.edge_index import EdgeIndex
from retrieval.adapters.learned_reranking import over_forward_index
from retrieval.contracts import Passage, SearchQuery
from retrieval.ports import IndexUnavailable
from retrieval.recall_tokens import sparse_query
from retrieval.search import Search

QUERY = SearchQuery("暖气", as_of=date(2025, 6, 1))


def heating(name: str, text: str = "暖气不热") -> Passage:
    return Passage(id=name, document_id=name, title="供热规定", text=text)


def found(index: EdgeIndex) -> set[str]:
    return {hit.passage_id for hit in index.recall(sparse_query(QUERY.text), None, QUERY, 10_000)}


def write(path: Path, *passages: Passage) -> None:
    index = EdgeIndex(path)
    index.upsert(passages)
    index.close()


def test_a_reader_needs_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="hotline corpus add"):
        EdgeIndex(tmp_path / "index", read_only=True)
    assert not (tmp_path / "index").exists()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    write(tmp_path, heating("a"))
    with pytest.raises(IndexUnavailable, match="reading only"):
        EdgeIndex(tmp_path, read_only=True).upsert([heating("b")])


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    write(tmp_path, heating("a"), heating("b"))
    write(tmp_path, heating("c"))
    reader = EdgeIndex(tmp_path, read_only=True)
    assert found(reader) == {"a", "b", "c"}
    assert reader.count() == 3


def test_a_running_reader_sees_a_publication_and_nothing_before_it(tmp_path: Path) -> None:
    write(tmp_path, heating("a"))
    reader = EdgeIndex(tmp_path, read_only=True)
    before = reader.snapshot()
    version = reader.version
    writer = EdgeIndex(tmp_path)
    writer.upsert([heating("b")])
    writer.delete_documents(["a"])
    assert found(reader) == {"a"}
    writer.close()
    assert found(reader) == {"b"}
    assert reader.version != version
    assert [hit.passage_id for hit in before.recall(sparse_query("暖气"), None, QUERY, 9)] == ["a"]
    assert before.fetch(["a"]) == [heating("a")]


def test_many_threads_search_while_a_writer_publishes(tmp_path: Path) -> None:
    write(tmp_path, heating("a"))
    search = Search(EdgeIndex(tmp_path, read_only=True), reranking=over_forward_index)
    seen: list[frozenset[str]] = []

    def ask() -> None:
        seen.extend(frozenset(hit.passage.id for hit in search.search(QUERY).hits) for _ in range(60))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for name in ("b", "c"):
            write(tmp_path, heating(name))
        for done in asking:
            done.result()
    assert set(seen) <= {frozenset("a"), frozenset("ab"), frozenset("abc")}
    assert {hit.passage.id for hit in search.search(QUERY).hits} == {"a", "b", "c"}


def test_opening_to_write_without_writing_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, heating("a"))
    state = (tmp_path / "current").read_text()
    EdgeIndex(tmp_path).close()
    assert (tmp_path / "current").read_text() == state


def test_two_writers_are_told_apart(tmp_path: Path) -> None:
    first = EdgeIndex(tmp_path)
    with pytest.raises(IndexUnavailable, match="another process"):
        EdgeIndex(tmp_path)
    first.close()
    EdgeIndex(tmp_path).close()


@pytest.mark.parametrize("read_only", [True, False])
def test_damaged_texts_are_told_with_what_to_do(tmp_path: Path, read_only: bool) -> None:
    write(tmp_path, heating("a"))
    next(tmp_path.glob("generation-*/texts.sqlite3")).write_bytes(b"no database" * 1000)
    with pytest.raises(IndexUnavailable, match=f"remove {tmp_path} and run `hotline corpus sync`"):
        EdgeIndex(tmp_path, read_only=read_only)


def test_points_are_made_anew_from_the_texts_when_they_do_not_load(tmp_path: Path) -> None:
    write(tmp_path, heating("a"), heating("b"))
    points = next(tmp_path.glob("generation-*/points"))
    shutil.rmtree(points / "segments")
    (points / "edge_config.json").write_text("{")
    with pytest.raises(IndexUnavailable, match="does not load"):
        EdgeIndex(tmp_path, read_only=True)
    (tmp_path / "current").unlink()
    repaired = EdgeIndex(tmp_path)
    assert found(repaired) == {"a", "b"}
    repaired.close()
    assert found(EdgeIndex(tmp_path, read_only=True)) == {"a", "b"}


def test_texts_that_do_not_load_are_said_to_be_so(tmp_path: Path) -> None:
    write(tmp_path, heating("a"))
    next(tmp_path.glob("generation-*/texts.sqlite3")).write_bytes(b"rubbish" * 1000)
    with pytest.raises(IndexUnavailable, match="texts of"):
        EdgeIndex(tmp_path, read_only=True)


def test_a_generation_that_vanishes_while_it_is_opened_is_let_go_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, heating("a"))
    reader = EdgeIndex(tmp_path, read_only=True)
    write(tmp_path, heating("b"))
    opened = edge_index.EdgeGeneration
    doomed = [True]

    def vanishing(folder: Path, **options: object) -> object:
        if doomed:
            doomed.clear()
            write(tmp_path, heating("c"))
        return opened(folder, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(edge_index, "EdgeGeneration", vanishing)
    assert found(reader) == {"a", "b", "c"}


KILLED = """
import os, signal, sys
from pathlib import Path
from retrieval.adapters.edge_index import EdgeIndex
from retrieval.contracts import Passage
index = EdgeIndex(Path(sys.argv[1]))
for batch in range(1000):
    index.upsert([Passage(f"p{batch}-{n}", f"d{batch}", "供热规定", f"暖气不热{n}") for n in range(40)])
    if batch >= 3:
        index.delete_documents([f"d{batch - 3}"])
    print(batch, flush=True)
"""


@pytest.mark.parametrize("batches", [1, 4, 9])
def test_what_a_killed_writer_returned_from_is_kept_and_the_next_goes_on(tmp_path: Path, batches: int) -> None:
    write(tmp_path, heating("old"))
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        done = [int(child.stdout.readline()) for _ in range(batches)][-1]
        child.send_signal(signal.SIGKILL)
    assert found(EdgeIndex(tmp_path, read_only=True)) == {"old"}
    index = EdgeIndex(tmp_path)
    kept = {f"p{batch}-{n}" for batch in range(max(0, done - 2), done + 1) for n in range(40)}
    held = found(index)
    assert kept - {f"p{done - 2}-{n}" for n in range(40)} <= held
    assert index.count() == len(held)
    assert {passage.id for passage in index.fetch(sorted(held))} == held
    index.upsert([heating("new")])
    index.close()
    assert found(EdgeIndex(tmp_path, read_only=True)) == held | {"new"}
