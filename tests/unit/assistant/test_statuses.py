from __future__ import annotations

from pathlib import Path

import pytest

from assistant.data_files import DataFileError
from assistant.statuses import FAMILIES, SINGLE, STATUS_FILE, load_statuses


def test_every_ending_has_a_family_a_sentence_and_a_truthful_code() -> None:
    statuses = load_statuses()
    for name, status in statuses.statuses.items():
        assert name in SINGLE or name.startswith(FAMILIES)
        assert status.text.endswith(("。", "？", "！", "”。"))
        assert (status.http >= 500) == name.startswith("error_")


def test_every_family_has_members() -> None:
    names = load_statuses().statuses
    assert all(any(name.startswith(family) for name in names) for family in FAMILIES)


def test_emergency_ending_names_the_four_numbers() -> None:
    text = load_statuses()["handover_emergency"].text
    assert all(number in text for number in ("110", "119", "120", "122"))


def test_refusals_and_errors_offer_no_web_address_and_folded_lines_leave_no_blanks() -> None:
    for status in load_statuses().statuses.values():
        assert "http" not in status.text
        assert " " not in status.text


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("  handover_person:", "  somewhere_else:", "family"),
        ("    http: 503", "    http: 200", "5xx"),
        ("  answered:", "  answered:\n    surprise: 1", "surprise"),
        ("  clarification:", "  answered:", "twice"),
        ("    http: 200", "    http: many", "http"),
    ],
)
def test_a_file_that_is_not_as_declared_is_refused(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    path = tmp_path / "statuses.yaml"
    path.write_text(STATUS_FILE.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=complaint):
        load_statuses(path)
