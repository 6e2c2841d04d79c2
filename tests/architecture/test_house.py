"""The house rules that no linter knows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import domain

TOP_FOLDERS = {
    "assistant",
    "retrieval",
    "prompts",
    "policy_corpus",
    "deploy",
    "evals",
    "tests",
    "web",
    "docs",
    "requirements",
}
HEAVY = (
    "fastapi",
    "langchain",
    "langgraph",
    "llama_index",
    "qdrant_client",
    "qdrant_edge",
    "redis",
    "sqlalchemy",
    "ragas",
)


def tracked(repository: Path) -> list[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    return listing.stdout.splitlines()


def test_top_level_holds_only_the_agreed_folders(repository: Path) -> None:
    folders = {name.split("/")[0] for name in tracked(repository) if "/" in name}
    assert {folder for folder in folders if not folder.startswith(".")} <= TOP_FOLDERS


def test_starting_the_program_imports_no_framework() -> None:
    code = f"import assistant.cli, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


def test_import_contracts_hold(repository: Path) -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=repository, capture_output=True, text=True
    )
    assert linted.returncode == 0, linted.stdout[-3000:]


def test_every_module_of_the_domain_stands_under_one_subject(repository: Path) -> None:
    """A hundred small files are found by their subject: the list is the package's own docstring."""
    modules = [Path(name).stem for name in tracked(repository) if re.fullmatch(r"assistant/domain/[a-z]\w*\.py", name)]
    listed = re.findall(r"(?<=[:,\s])([a-z]\w+)(?=[,\n])", (domain.__doc__ or "").partition("\n\n")[2])
    assert len(listed) == len(set(listed))
    assert set(modules) - set(listed) == set(), "name it in assistant/domain/__init__.py"
    assert [name for name in listed if not (repository / f"assistant/domain/{name}.py").is_file()] == []


def test_every_marked_code_word_of_the_glossary_is_used(repository: Path) -> None:
    glossary = (repository / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [
        re.sub(r".*\.", "", word)
        for row in glossary.splitlines()
        if "●" in row
        for word in re.findall(r"● `([\w.]+)`", row)
    ]
    code = "".join(
        path.read_text(encoding="utf-8")
        for top in ("assistant", "retrieval")
        for path in (repository / top).rglob("*.py")
    )
    assert words
    assert [word for word in words if not re.search(rf"(?<!\w){word}(?!\w)", code)] == []


def test_no_file_names_a_package_registry_or_a_machine_path(repository: Path) -> None:
    forbidden = re.compile(
        "|".join(
            (
                r"(?<![\w@])/" + "work/",
                r"/tmp/" + "notes",
                "pypi" + r"\.org",
                "python" + "hosted",
                r"registry\.npm" + "js",
            )
        )
    )
    text_files = [
        repository / name
        for name in tracked(repository)
        if Path(name).suffix in {".py", ".md", ".txt", ".toml", ".yaml", ".yml", ".json", ".sh", ".ts", ".vue", ""}
    ]
    found = [
        str(path) for path in text_files if path.is_file() and forbidden.search(path.read_text("utf-8", "replace"))
    ]
    assert found == []


def test_catch_all_handlers_stand_in_two_places_only(repository: Path) -> None:
    catching = {
        str(path.relative_to(repository))
        for top in ("assistant", "retrieval")
        for path in (repository / top).rglob("*.py")
        if re.search(r"except Exception\b", path.read_text(encoding="utf-8"))
    }
    assert catching <= {"assistant/pipeline.py", "assistant/api/middleware/catch_all.py"}
