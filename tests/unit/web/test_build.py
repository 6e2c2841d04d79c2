"""``web/build.py``: builds only what has changed, with the machine's Node or the wheel's."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "web" / "build.py"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("web_build", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    web, built = tmp_path / "web", tmp_path / "built"
    (web / "src").mkdir(parents=True)
    (web / "src" / "main.ts").write_text("one")
    built.mkdir()
    monkeypatch.setattr(module, "WEB", web)
    monkeypatch.setattr(module, "BUILT", built)
    monkeypatch.setattr(module, "STAMP", built / ".sources")
    monkeypatch.setattr("sys.argv", ["build.py"])
    return module


def test_nothing_is_built_twice(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    monkeypatch.setattr(build, "build", lambda: built.append("once"))
    assert build.main() == 0
    assert build.main() == 0
    assert built == ["once"]
    (build.WEB / "src" / "main.ts").write_text("two")
    assert build.main() == 0
    assert len(built) == 2


def test_renaming_a_source_is_a_change_and_installing_is_none(build: ModuleType) -> None:
    before = build.digest_of_sources()
    (build.WEB / "node_modules" / "vue").mkdir(parents=True)
    (build.WEB / "node_modules" / "vue" / "index.js").write_text("x")
    assert build.digest_of_sources() == before
    (build.WEB / "src" / "main.ts").rename(build.WEB / "src" / "other.ts")
    assert build.digest_of_sources() != before


def test_a_failed_build_is_tried_again(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise SystemExit("vite")

    monkeypatch.setattr(build, "build", fail)
    with pytest.raises(SystemExit):
        build.main()
    assert not build.STAMP.exists()


@pytest.mark.parametrize("asked", [["--check"], ["--has-node"]])
def test_it_can_be_asked_without_building(build: ModuleType, monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    monkeypatch.setattr(build, "find_npm", list)
    monkeypatch.setattr("sys.argv", ["build.py", *asked])
    assert build.main() == 1
    build.STAMP.write_text(build.digest_of_sources())
    assert build.main() == 0


def test_text_is_packed_the_same_each_time(build: ModuleType) -> None:
    page, picture = build.BUILT / "page.js", build.BUILT / "picture.png"
    page.write_text("x" * 5000)
    picture.write_bytes(b"\0" * 5000)
    build.pack(build.BUILT)
    packed = (build.BUILT / "page.js.gz").read_bytes()
    assert gzip.decompress(packed) == page.read_bytes()
    assert not (build.BUILT / "picture.png.gz").exists()
    build.pack(build.BUILT)
    assert (build.BUILT / "page.js.gz").read_bytes() == packed


def test_without_any_node_it_says_what_to_do(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "find_npm", list)
    with pytest.raises(SystemExit, match="make web"):
        build.npm()


def test_the_lock_file_names_no_registry() -> None:
    lock = (SCRIPT.parent / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "tgz" not in lock
