"""``python -m evals.planting.plant [NAME…]``: plants each fault of ``faults.yaml`` in a copy of the tree and runs the gate there.

The checkout itself is never touched. Exit 1 when a fault leaves the gate open, or closes it without naming a case.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from evals.gate import ROOT, shared_data

FAULTS = Path(__file__).with_name("faults.yaml")
TREE = ("assistant", "evals", "retrieval", "prompts", "policy_corpus")
_NAMED = re.compile(r"^(?P<count>\d+) cases fail that did not before: (?P<ids>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edit:
    file: str
    old: str
    new: str

    def plant(self, tree: Path) -> None:
        """Raises ``ValueError``: ``old`` does not stand in the file exactly once."""
        path = tree / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file}: {self.old!r} stands there {text.count(self.old)} times; mend faults.yaml")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Fault:
    """``baselines``: those that must close. ``shared``: they need the public data sets."""

    name: str
    stage: str
    edits: tuple[Edit, ...]
    baselines: tuple[str, ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the gate said of one baseline: whether it closed, and the cases that fail only now."""

    baseline: str
    closed: bool
    cases: tuple[str, ...]


def read_faults(path: Path = FAULTS) -> list[Fault]:
    raw: Mapping[str, Mapping[str, object]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_fault(name, dict(fields)) for name, fields in raw.items()]


def _fault(name: str, fields: dict[str, object]) -> Fault:
    edits, baselines = fields.pop("edits"), fields.pop("baselines")
    assert isinstance(edits, list) and isinstance(baselines, list)
    stage, shared = str(fields.pop("stage")), bool(fields.pop("shared", False))
    return Fault(name, stage, tuple(Edit(**edit) for edit in edits), tuple(baselines), shared)


def seen(fault: Fault) -> list[Seen]:
    """Runs the gate of each baseline in a copy of the tree that has the fault."""
    with TemporaryDirectory(prefix="hotline-planted-") as scratch:
        tree = Path(scratch)
        for folder in TREE:
            shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", "web"))
        for edit in fault.edits:
            edit.plant(tree)
        return [_gate(tree, baseline) for baseline in fault.baselines]


def _gate(tree: Path, baseline: str) -> Seen:
    environment = {**os.environ, "PYTHONPATH": str(tree), "HOTLINE_SHARED_DATA": str(shared_data())}
    command = [sys.executable, "-m", "evals.gate", "--out", str(tree / "runs"), baseline]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    named = _NAMED.search(done.stdout)
    cases = tuple(named["ids"].split(", ")) if named and named["count"] != "0" else ()
    return Seen(baseline, "gate: closed" in done.stdout, cases)


def run(names: Sequence[str]) -> int:
    """0 when every fault closed the gate and named a case."""
    missed = False
    for fault in read_faults():
        if (names and fault.name not in names) or (fault.shared and not shared_data().is_dir()):
            continue
        for one in seen(fault):
            missed |= not (one.closed and one.cases)
            state = "closed" if one.closed else "OPEN"
            print(
                f"{fault.name:<26}{fault.stage:<24}{one.baseline:<20}{state:<8}{len(one.cases)} new: {_some(one.cases)}"
            )
    return int(missed)


def _some(cases: Sequence[str]) -> str:
    return ", ".join(cases[:3]) + (" …" if len(cases) > 3 else "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.planting.plant", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="only these faults")
    return run(parser.parse_args().names)


if __name__ == "__main__":
    sys.exit(main())
