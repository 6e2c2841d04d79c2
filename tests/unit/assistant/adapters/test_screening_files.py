"""The guards' data files are refused when they are not as declared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.adapters.screening_files import FOLDER, load_models, load_screener
from assistant.data_files import DataFileError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "screening"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unknown_class_names_its_rule(folder: Path) -> None:
    spoil(folder, "self_harm.yaml", "needs: [wish]", "needs: [nobody]")
    with pytest.raises(DataFileError, match=r"wish.*nobody"):
        load_screener(folder)


def test_a_broken_pattern_names_its_file(folder: Path) -> None:
    spoil(folder, "emergency.yaml", "'着火了", "'(着火了")
    with pytest.raises(DataFileError, match=r"emergency\.yaml"):
        load_screener(folder)


def test_truncated_weights_are_refused(folder: Path) -> None:
    (folder / "harm_model.bin").write_bytes(b"\x00" * 10)
    with pytest.raises(DataFileError, match="bytes expected"):
        load_screener(folder)


def test_rules_stand_alone_without_models(folder: Path) -> None:
    (folder / "harm_model.yaml").unlink()
    (folder / "steering_model.yaml").unlink()
    assert list(load_models(folder)) == []
    assert load_screener(folder).screen_question("怎么自制炸药？") is not None


def test_a_missing_rule_file_stops_the_start(folder: Path) -> None:
    (folder / "injection.yaml").unlink()
    with pytest.raises(DataFileError):
        load_screener(folder)
