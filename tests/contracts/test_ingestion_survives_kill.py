"""Ingestion into the embedded index, killed for good in the middle, ends up where an undisturbed one does."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from retrieval.adapters.open_search import open_embedded
from retrieval.contracts import SearchQuery
from retrieval.ingestion.ingest import add_paths
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ingestion.report import IngestOptions, IngestReport

DOCUMENTS, ARTICLES = 300, 8
OPTIONS = IngestOptions(batch=100)
CHILD = """
import sys
from pathlib import Path
from retrieval.adapters.open_search import open_embedded
from retrieval.ingestion.ingest import add_paths
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ingestion.report import IngestOptions
library, source = Path(sys.argv[1]), Path(sys.argv[2])
search, registry = open_embedded(library / "index", writable=True), SqliteRegistry(library / "registry.db")
def tell(progress):
    print(progress.stage, progress.done, progress.total, flush=True)
print("ready 0 0", flush=True)
add_paths([source], search.index, registry, progress=tell, options=IngestOptions(batch=100))
print("added 0 0", flush=True)
search.index.close()
"""


@contextmanager
def opened(library: Path) -> Iterator[tuple[SqliteRegistry, IngestReport, Path]]:
    """Goes on with the ingestion of ``library`` to its end."""
    source = library.parent / "laws.jsonl"
    search, registry = open_embedded(library / "index", writable=True), SqliteRegistry(library / "registry.db")
    report = add_paths([source], search.index, registry, options=OPTIONS)
    assert search.index.count() == registry.passage_count()
    search.index.close()
    yield registry, report, library / "index"
    registry.close()


def write_source(folder: Path) -> Path:
    chance = random.Random(7)
    words = "供热供水停车物业电梯噪声垃圾分类养老补贴入学登记"
    rows = []
    for number in range(DOCUMENTS):
        articles = [
            f"第{'一二三四五六七八'[n]}条 关于{''.join(chance.choices(words, k=40))}的规定。" for n in range(ARTICLES)
        ]
        # Every third law is a newer version of the one before it, so that links change passages, too.
        title = f"第{number - (number % 3 == 2)}号管理条例"
        rows.append({"id": f"law-{number}", "title": title, "date": f"20{10 + number % 3}-01-01", "level": "地方性法规",
                     "region": "北京", "text": "\n".join(articles)})  # fmt: skip
    path = folder / "laws.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def kill_after(library: Path, source: Path, stage: str, pause_s: float) -> None:
    """Starts an ingestion in a process of its own and kills it ``pause_s`` after it first speaks of ``stage``."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, library, source], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(stage):
            break
    time.sleep(pause_s)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def state_of(library: Path) -> tuple[dict[str, tuple[str, ...]], set[tuple[str, date | None]]]:
    with opened(library) as (registry, _, index_folder):
        passages = {document.id: tuple(registry.passages_of(document.id)) for document in registry.all()}
        search = open_embedded(index_folder)
        known = search.index.fetch([one for ids in passages.values() for one in ids])
        search.close()
    return passages, {(passage.id, passage.validity.repealed_on) for passage in known}


@pytest.mark.timeout(300)
def test_killed_at_any_point_it_ends_where_an_undisturbed_run_ends(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    undisturbed = state_of(tmp_path / "undisturbed")
    assert sum(len(ids) for ids in undisturbed[0].values()) == len(undisturbed[1]) == DOCUMENTS * ARTICLES
    assert {end for _, end in undisturbed[1]} == {None, date(2012, 1, 1)}
    library = tmp_path / "disturbed"
    for stage, pause_s in [
        ("ready", 0.0),
        ("ready", 0.05),
        ("read", 0.02),
        ("index", 0.0),
        ("index", 0.1),
        ("added", 0.0),
    ]:
        kill_after(library, source, stage, pause_s)
    assert state_of(library) == undisturbed
    search = open_embedded(library / "index")
    hits = search.search(SearchQuery("第二号管理条例 供热", as_of=date(2013, 1, 1), k=5)).hits
    search.close()
    assert hits
    assert all(hit.passage.validity.covers(date(2013, 1, 1)) for hit in hits)


def test_after_a_kill_nothing_is_read_that_was_read_to_the_end(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    library = tmp_path / "library"
    kill_after(library, source, "added", 0.0)
    with opened(library) as (_, report, _):
        assert (report.unchanged, report.added) == (DOCUMENTS, 0)
