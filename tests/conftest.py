"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
if "PYTEST_XDIST_WORKER" in os.environ:
    # The test processes take all cores: threads of linear algebra beside them only wait for one another, spinning
    # (one training test: 42 s of processor time with them, 9 s without). Set before NumPy is loaded.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def shared_data_folder() -> Path:
    return Path(os.environ.get("HOTLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the public data sets; the test skips where it is absent."""
    folder = shared_data_folder()
    if not folder.is_dir():
        pytest.skip(f"public data sets are not at {folder}; set HOTLINE_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


REAL_COMPONENTS = frozenset({"redis", "postgres", "vllm", "chromium", "promtool"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of a real component is run once more when it fails: a slow machine is no fault of ours. The summary names it."""
    for item in items:
        if REAL_COMPONENTS & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, object, object]:
    """Where ``HOTLINE_REQUIRE_REAL`` is set, a test of a real component may not be skipped: the skip is a failure."""
    report = yield
    needs = sorted(REAL_COMPONENTS & {mark.name for mark in item.iter_markers()})
    if isinstance(report, pytest.TestReport) and report.skipped and needs and os.environ.get("HOTLINE_REQUIRE_REAL"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped where {', '.join(needs)} is required: {report.longrepr}"
    return report
