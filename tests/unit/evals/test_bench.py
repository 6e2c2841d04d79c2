"""The benches measure what they say, and run to the end on a corpus of a few invented articles."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import pytest

from evals.bench import ingest, live, search
from evals.bench.command import run_bench
from evals.bench.corpus import hashing_embedding, our_tokens, read_articles, spread
from evals.bench.measure import alternate, growth_exponent, median_ratio, percentile, summary
from evals.bench.table import as_table
from evals.contracts import DatasetError

WORDS = ("供暖", "物业", "停车", "电梯", "垃圾", "噪声", "养犬", "工资")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Invented articles and questions in the form of the public sets."""
    articles = [
        {
            "id": f"law{n % 5}#第{n}条",
            "docid": f"law{n % 5}",
            "law": f"{WORDS[n % 5]}管理规定",
            "article": f"第{n}条",
            "chapter": None,
            "text": f"{WORDS[n % 8]}事项由{WORDS[(n * 3) % 8]}单位办理,编号{n}。",
            "level": "行政法规",
            "region": None if n % 2 else "北京",
            "date": "2020-01-01" if n % 3 else None,
        }
        for n in range(60)
    ]
    questions = [{"id": str(n), "question": f"{word}怎么办理"} for n, word in enumerate(WORDS * 3)]
    for name, rows in (("corpus/laws_articles.jsonl.gz", articles), ("retrieve/lecoqa.jsonl", questions)):
        path = tmp_path / "shared" / name
        path.parent.mkdir(parents=True)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return tmp_path / "shared"


def test_percentiles_are_values_that_were_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert percentile(values, 0.5) == 3.0
    assert percentile(values, 0.99) == 5.0
    assert percentile([7.0], 0.5) == 7.0
    assert summary([[1.0, 3.0], [2.0]]) == {"n": 3, "p50_ms": 2.0, "p90_ms": 3.0, "p99_ms": 3.0}


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    assert median_ratio([[10.0], [40.0], [90.0]], [[1.0], [2.0], [1.0]]) == 20.0


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_growth_is_recovered(exponent: float) -> None:
    sizes = [10_000, 50_000, 150_000]
    assert growth_exponent(sizes, [3 * size**exponent for size in sizes]) == pytest.approx(exponent)


def test_systems_take_turns_and_all_answer_every_round() -> None:
    asked: list[str] = []
    systems = {name: (lambda question, name=name: asked.append(name + question)) for name in "ab"}  # type: ignore[misc]
    measured = alternate(systems, [["1", "2"], ["3"]])
    assert asked == ["a1", "a2", "b1", "b2", "b3", "a3"]
    assert [len(times) for times in measured["a"]] == [2, 1]


def test_a_smaller_corpus_keeps_the_mixture() -> None:
    assert spread(list(range(100)), 5) == [0, 24, 49, 74, 99]  # type: ignore[arg-type, comparison-overlap]


def test_the_others_get_our_tokens_and_unit_vectors() -> None:
    assert our_tokens("物业费") == "物 业 费 物业 业费"
    assert sum(value**2 for value in hashing_embedding("物业费")) == pytest.approx(1.0)
    assert hashing_embedding("") == [0.0] * 64


def test_articles_become_passages(data: Path) -> None:
    first = read_articles(data, 1)[0]
    assert (first.title, first.clause, first.region, first.validity.effective_from) == (
        "供暖管理规定",
        "第0条",
        "北京",
        None,
    )


@pytest.mark.slow
def test_the_search_bench_runs_to_the_end(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(search, "SIZES", (20, 40))
    out = tmp_path / "report.json"
    arguments = ["--shared-data", str(data), "--rounds", "2", "--json", "--out", str(out), "--work", str(tmp_path)]
    assert run_bench("about", search.measure, arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert json.loads(out.read_text(encoding="utf-8")) == report
    assert report["passages"] == 60
    assert [point["passages"] for point in report["growth"]["points"]] == [20, 40, 60]
    assert isinstance(report["growth"]["exponent"], float)
    systems = {"hotline", "llama_index_fusion", "llama_index_bm25", "langchain_ensemble", "langchain_bm25"}
    assert set(report["compared"]) == systems | {"rounds"}
    assert all(report["compared"][name]["p50_ms"] > 0 for name in systems)
    assert report["compared"]["hotline"]["times_slower"] == 1.0
    assert "langchain_ensemble" in as_table(report)


@pytest.mark.slow
def test_the_ingest_bench_runs_to_the_end(data: Path, tmp_path: Path) -> None:
    report = ingest.measure(data, tmp_path, 40, 1)
    assert report["passages"] == 40
    assert report["passages_per_second"]["hotline"] > 0
    assert report["times_faster"] > 0


def test_without_the_data_sets_the_bench_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_bench("about", search.measure, ["--shared-data", str(tmp_path), "--work", str(tmp_path)]) == 2
    assert "no such file" in capsys.readouterr().err
    with pytest.raises(DatasetError, match="HOTLINE_SHARED_DATA"):
        ingest.measure(_questions_only(tmp_path), tmp_path, None, 1)


def _questions_only(folder: Path) -> Path:
    (folder / "retrieve").mkdir()
    (folder / "retrieve" / "lecoqa.jsonl").write_text('{"question": "暖气"}\n', encoding="utf-8")
    return folder


def test_live_delays_are_counted_per_console_and_order() -> None:
    consoles = [
        live.Console("a", Random(1), heard={"o-1": 1.05, "o-2": 2.30, "other": 9.0}),
        live.Console("b", Random(2), heard={"o-1": 1.02}),
    ]
    found = live.report(consoles, sent={"o-1": 1.0, "o-2": 2.0}, saved={"o-1": 1.03, "o-2": 2.1})
    assert (found["expected"], found["heard"]) == (4, 3)
    assert (found["after_sent"]["p50_ms"], found["after_sent"]["max_ms"]) == (50.0, 300.0)
    assert (found["after_saved"]["p50_ms"], found["after_saved"]["max_ms"]) == (20.0, 200.0)
