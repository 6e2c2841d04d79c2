"""The faults that are planted to try the gate still fit the code; one of them is planted here, in a copy of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.gate import BASELINES, ROOT
from evals.planting.plant import Edit, Fault, read_faults, seen

FAULTS = read_faults()
STAGES = {path.stem for path in (ROOT / "assistant" / "stages").glob("*.py")} - {"__init__"}
NOT_MEASURED_ALONE = {
    "redact_appeal": "masks as redact_pii does",
    "find_past_replies": "copies nothing into a draft",
    "collect_facts": "what it drops, log_told shows beside check_reply",
    "compose_reply": "what it drops, log_told shows beside check_reply",
    "decide_handling": "arithmetic over the diversions, unit tests",
    "draft_work_order": "puts the others' results in a form, unit tests",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted_and_has_baselines(fault: Fault, tmp_path: Path) -> None:
    for file in {edit.file for edit in fault.edits}:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    for edit in fault.edits:
        edit.plant(tmp_path)
        compile((tmp_path / edit.file).read_text(encoding="utf-8"), edit.file, "exec")
    assert fault.edits
    assert all((BASELINES / f"{name}.json").is_file() for name in fault.baselines)


def test_every_stage_has_a_fault_or_a_reason_to_have_none() -> None:
    assert {fault.stage for fault in FAULTS} & STAGES | set(NOT_MEASURED_ALONE) == STAGES


def test_an_edit_that_no_longer_fits_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n", encoding="utf-8")
    for old in ("x = 1", "y"):
        with pytest.raises(ValueError, match=r"mend faults\.yaml"):
            Edit("a.py", old, "").plant(tmp_path)


def test_an_unmasked_phone_closes_the_gate_in_a_copy_of_the_tree() -> None:
    (fault,) = (fault for fault in FAULTS if fault.name == "unmasked-phone")
    (said,) = seen(fault)
    assert said.closed
    assert any(case.startswith("pd-") for case in said.cases)
    assert "for pattern in (_MOBILE, " in (ROOT / "assistant" / "domain" / "pii_numbers.py").read_text(encoding="utf-8")
