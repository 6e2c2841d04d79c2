"""Every module is run by something: code that only its own test calls proves nothing about the product."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.test_house import tracked

OFFERED = {
    # To those who build on LangGraph, LangChain or LlamaIndex themselves (docs/adr/0001, docs/retrieval.md).
    *("assistant.graph", "retrieval.ingestion.llama_index"),
    *(f"retrieval.adapters.{name}" for name in ("langchain_retriever", "llama_index_retriever", "retriever_scope")),
    "evals.shared_sets",
}
STARTED = ("assistant.commands.", "assistant.adapters.migrations.", "evals.commands.", "evals.tasks.", "evals.bench.")
PROGRAMS = {"assistant.cli", "assistant.api.app", "evals.cli", "evals.dataset_command"}


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    """Source by name; a package is its ``__init__``."""
    repository = Path(__file__).resolve().parents[2]
    names = [name for name in tracked(repository) if name.endswith(".py")]
    ours = [name for name in names if name.startswith(("assistant/", "retrieval/", "evals/"))]
    return {
        name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): (repository / name).read_text("utf-8")
        for name in ours
        if (repository / name).is_file()
    }


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def reached(modules: Mapping[str, str], starts: set[str]) -> set[str]:
    found, waiting = set[str](), list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found and name in modules:
            found.add(name)
            waiting += imported(modules[name])
    return found


def test_no_module_is_run_by_tests_alone(modules: dict[str, str]) -> None:
    own = {name for name, source in modules.items() if '__name__ == "__main__"' in source}
    starts = PROGRAMS | own | {name for name in modules if name.startswith(STARTED)}
    idle = {name for name in modules.keys() - reached(modules, starts) if modules[name].strip().count("\n") > 3}
    assert idle == OFFERED


def test_no_rule_of_the_hotline_is_known_to_evaluations_and_tests_alone(modules: dict[str, str]) -> None:
    product = reached(
        modules, {"assistant.cli", "assistant.api.app", *(n for n in modules if n.startswith(STARTED[:2]))}
    )
    rules = {name for name in modules if name.startswith(("assistant.domain.", "assistant.stages."))}
    assert len(rules) > 100
    assert rules - product == set()
