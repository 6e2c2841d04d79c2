from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.adapters.asking_files import FOLDER, load_lacking
from assistant.data_files import DataFileError


@pytest.mark.parametrize(
    ("lacks", "whole"),
    [
        ("要交钱吗", "试用期最长多久"),
        ("我能领多少", "失业保险金最长能领几个月"),
        ("那个证怎么办", "居住证多久签注一次"),
    ],
)
def test_what_lacks_its_matter_or_the_case_scores_above_what_is_complete(lacks: str, whole: str) -> None:
    lacking = load_lacking()
    assert lacking(lacks) > 0 > lacking(whole)


def test_weights_that_are_not_those_declared_are_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "lacking_model.yaml", tmp_path)
    with pytest.raises(DataFileError, match="0 weights"):
        load_lacking(tmp_path)
    (tmp_path / "lacking_model.bin").write_bytes(b"\x00" * 10)
    load_lacking.cache_clear()
    with pytest.raises(DataFileError, match="10 weights"):
        load_lacking(tmp_path)
