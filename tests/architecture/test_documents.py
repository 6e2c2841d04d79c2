"""What the documents name is there: links, files, commands with their options, settings, targets of make."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from assistant.api.app import create_app
from assistant.cli import BUILT_IN, parser_for, plugins
from assistant.commands import setting_list
from assistant.settings import refuse_unknown
from tests.api.fakes import FakeContainer, api_settings
from tests.architecture.test_house import tracked

STARTS = ("", "assistant", "assistant/domain", "retrieval", "policy_corpus", "docs")
"""Where a short path of a document may begin, beside its own folder: ``domain/pii.py``, ``catalogue/categories.yaml``."""
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)\s]*)?\)")
_FILE = re.compile(r"`([\w.-]+(?:/[\w.*-]+)+\.(?:py|md|ya?ml|vue|ts|sh|toml|html))`")
_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(hotline [^`]+)`")
_MAKE = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)


@pytest.fixture(scope="module")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def documents(repository: Path) -> dict[str, str]:
    names = [name for name in tracked(repository) if name.endswith(".md") and "/documents/" not in name]
    assert len(names) > 20
    return {name: (repository / name).read_text("utf-8") for name in names}


def test_every_link_leads_somewhere(repository: Path, documents: dict[str, str]) -> None:
    links = [(name, unquote(path)) for name, text in documents.items() for path in _LINK.findall(text)]
    assert len(links) > 40
    assert [link for link in links if not (repository / link[0]).parent.joinpath(link[1]).exists()] == []


def test_every_file_that_is_named_is_there(repository: Path, documents: dict[str, str]) -> None:
    named = [(name, path) for name, text in documents.items() for path in _FILE.findall(text)]
    assert len(named) > 100

    def is_there(document: str, path: str) -> bool:
        starts = (*STARTS, Path(document).parent)
        return any(True for start in starts for _ in (repository / start).glob(path))

    assert [one for one in named if not is_there(*one)] == []


def shown(text: str) -> Iterator[str]:
    """The commands that a reader is told to type, without their comments."""
    for block in _FENCED.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.split("&&"):
                found = re.match(r"\s*(?:\.venv/bin/)?(hotline [^#|>]+)", re.sub(r"\$\([^)]*\)", "DAY", part))
                if found and "…" not in found[1]:
                    yield found[1].strip()


def test_every_command_that_is_shown_is_understood(documents: dict[str, str]) -> None:
    commands = [(name, command) for name, text in documents.items() for command in shown(text)]
    assert len(commands) > 20
    assert [one for one in commands if not is_understood(one[1])] == []


def is_understood(command: str) -> bool:
    words = shlex.split(command)[1:]
    with suppress(SystemExit):
        parser_for(words[0])[0].parse_args(words)
        return True
    return False


def test_every_command_and_option_that_is_named_exists(documents: dict[str, str]) -> None:
    named = [(name, command) for name, text in documents.items() for command in _INLINE.findall(text)]
    assert len(named) > 40
    assert [(name, command, lack) for name, command in named if (lack := lacking(command))] == []


def lacking(command: str) -> list[str]:
    """Commands, steps of commands and options that do not exist; ``a | b`` names several of one kind."""
    words = re.findall(
        r"(?<![\w/.-])--?[a-z][\w-]*|(?<![\w/.-])[a-z][a-z-]+(?![\w/.-])| \| ", command.partition(" ")[2]
    )
    several = 2 * words.count(" | ") + 1
    known = {**BUILT_IN, **plugins()}
    if not words or words[0] not in known:
        return words[:1]
    if several > 1 and set(words) - {" | "} <= set(known):
        return []
    options, steps = vocabulary(words[0])
    wrong = [word for word in words if word.startswith("--") and word not in options]
    named = [word for word in words[1 : 1 + several] if word != " | " and not word.startswith("-")]
    return wrong + [word for word in named if steps and word not in steps]


@cache
def vocabulary(command: str) -> tuple[frozenset[str], frozenset[str]]:
    """All options of a command and the names of its steps."""
    commands = _choices(parser_for(command)[0])
    parsers = [commands[command], *_choices(commands[command]).values()]
    options = {text for parser in parsers for action in parser._actions for text in action.option_strings}
    return frozenset(options), frozenset(_choices(commands[command]))


def _choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def test_every_module_that_is_to_be_run_can_be_run(repository: Path, documents: dict[str, str]) -> None:
    """Python runs a module without ``__main__`` to no effect and says nothing."""
    named = {
        word
        for text in documents.values()
        for word in re.findall(r"python -m ((?:assistant|evals|retrieval)[\w.]+)", text)
    }
    assert len(named) > 5
    files = {word: repository / f"{word.rstrip('.').replace('.', '/')}.py" for word in named}
    idle = [
        word
        for word, file in files.items()
        if not file.is_file() or '__name__ == "__main__"' not in file.read_text("utf-8")
    ]
    assert idle == []


def test_every_route_is_described(documents: dict[str, str]) -> None:
    described = documents["docs/api.md"] + documents["docs/widget.md"]
    paths = [path for path in create_app(FakeContainer(), api_settings()).openapi()["paths"] if path.startswith("/v1/")]
    assert len(paths) > 60
    said = {path: [part for part in path.split("/")[2:] if not part.startswith("{")] for path in paths}
    assert [path for path, parts in said.items() if any(part not in described for part in parts)] == []


def test_every_setting_that_is_named_is_known(documents: dict[str, str]) -> None:
    named = {word for text in documents.values() for word in re.findall(r"HOTLINE_[A-Z][A-Z0-9_]*[A-Z0-9]", text)}
    assert len(named) > 30
    refuse_unknown(named - {"HOTLINE_VERSION"})  # of the compose file: the image's tag


def test_every_target_of_make_that_is_named_exists(repository: Path, documents: dict[str, str]) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (repository / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {word for text in documents.values() for word in _MAKE.findall(text)}
    assert {"run", "test"} <= named
    assert named - targets == set()


def test_the_page_of_settings_says_what_each_of_them_means(documents: dict[str, str]) -> None:
    rows = [row for _, rows in setting_list.sections() for row in rows]
    assert len(rows) > 75
    assert [row.name for row in rows if not row.meaning] == []
    assert documents["docs/settings.md"] == setting_list.page(), (
        "python -m assistant.commands.setting_list > docs/settings.md"
    )
