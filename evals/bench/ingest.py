"""``python -m evals.bench.ingest``: from a file to a searchable index, beside LlamaIndex's pipeline into Qdrant on disk.

Both read the same gzipped file of articles, write to disk, open what they wrote and answer one question. LlamaIndex gets
what costs it least: articles as nodes without a splitter, 64-dimensional hashed vectors, no sparse ones, no cache.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from llama_index.core import VectorStoreIndex
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import TextNode
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import QdrantClient

from evals.bench.command import run_bench
from evals.bench.corpus import ARTICLES, read_questions
from evals.bench.systems import AS_OF, HashingLlama
from evals.bench.table import Report
from evals.contracts import DatasetError
from evals.files import read_rows
from retrieval.adapters.open_search import open_embedded
from retrieval.contracts import SearchQuery
from retrieval.ingestion.ingest import add_paths
from retrieval.ingestion.registry import SqliteRegistry

COMPARED = 20_000
"""Articles: the most that qdrant-client's local store is meant for."""
GOALS = {"times_faster": 3.0}
Load = Callable[[Path, Path, str], None]


def measure(shared_data: Path, work: Path, passages: int | None, rounds: int) -> Report:
    """Articles a second, round by round, and our time for the whole file. Raises ``DatasetError``."""
    question = read_questions(shared_data, 1)[0]
    source = work / "articles.jsonl.gz"
    count = _cut(shared_data / ARTICLES, source, passages or COMPARED)
    loads: dict[str, Load] = {"hotline": _hotline, "llama_index": _llama_index}
    seconds: dict[str, list[float]] = {name: [] for name in loads}
    for number in range(rounds):
        for name in sorted(loads, reverse=bool(number % 2)):
            seconds[name].append(_timed(loads[name], source, work / name, question))
    report: Report = {"passages": count, "passages_per_second": _rates(count, seconds), "goals": GOALS}
    ratios = [slow / fast for slow, fast in zip(seconds["llama_index"], seconds["hotline"], strict=True)]
    report["times_faster"] = round(statistics.median(ratios), 2)
    if passages is None:
        whole = _timed(_hotline, shared_data / ARTICLES, work / "whole", question)
        report["whole_file_s"] = round(whole, 1)
    return report


def _timed(load: Load, source: Path, folder: Path, question: str) -> float:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.perf_counter()
    load(source, folder, question)
    return time.perf_counter() - started


def _rates(count: int, seconds: dict[str, list[float]]) -> dict[str, float]:
    return {name: round(count / statistics.median(times), 1) for name, times in seconds.items()}


def _cut(source: Path, target: Path, count: int) -> int:
    if not source.is_file():
        raise DatasetError(f"{source}: no such file; set HOTLINE_SHARED_DATA")
    with gzip.open(source, "rb") as lines, gzip.open(target, "wb") as cut:
        return sum(1 for line in islice(lines, count) if cut.write(line))


def _hotline(source: Path, folder: Path, question: str) -> None:
    writing = open_embedded(folder / "index", writable=True)
    registry = SqliteRegistry(folder / "registry.db")
    add_paths([source], writing.index, registry)
    registry.close()
    writing.close()
    search = open_embedded(folder / "index")
    _expect(search.search(SearchQuery(question, as_of=AS_OF)).hits)
    search.close()


def _llama_index(source: Path, folder: Path, question: str) -> None:
    nodes = [TextNode(id_=_uuid(number), text=_text(row)) for number, row in enumerate(read_rows(source))]
    client = QdrantClient(path=str(folder))
    store = QdrantVectorStore("articles", client=client)
    IngestionPipeline(transformations=[HashingLlama()], vector_store=store, disable_cache=True).run(nodes=nodes)
    client.close()
    client = QdrantClient(path=str(folder))
    store = QdrantVectorStore("articles", client=client)
    _expect(
        VectorStoreIndex.from_vector_store(store, HashingLlama()).as_retriever(similarity_top_k=10).retrieve(question)
    )
    client.close()


def _text(row: dict[str, str]) -> str:
    return f"{row['law']} {row['article']}\n{row['text']}"


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def _expect(hits: Sequence[object]) -> None:
    if not hits:
        raise DatasetError("the index that was just built finds nothing")


if __name__ == "__main__":
    raise SystemExit(run_bench(__doc__, measure))
