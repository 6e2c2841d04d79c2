"""The closed list of endings, ``answer_statuses.yaml``, read once and refused when it is not exactly as declared."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, field_validator

from assistant.data_files import Prose, StrictModel, load_declared

STATUS_FILE = Path(__file__).with_name("answer_statuses.yaml")
SINGLE = ("answered", "clarification")
FAMILIES = ("handover_", "unanswerable_", "guardrails_", "error_")


class Status(StrictModel):
    """One ending: what it means, its HTTP code, and the Chinese sentence shown when it brings no text of its own."""

    meaning: str = Field(min_length=10)
    http: int = Field(ge=200, le=599)
    text: Prose = Field(min_length=5)


class Labels(StrictModel):
    """What is printed near every answer. Source: 人工智能生成合成内容标识办法, GB 45438-2025 (in force 2025-09-01)."""

    ai_generated: str
    extractive: str
    degraded: str
    curated: str
    unverified: str


class Statuses(StrictModel):
    labels: Labels
    service_statement: Prose = Field(min_length=20)
    statuses: dict[str, Status]

    @field_validator("statuses")
    @classmethod
    def _closed_and_prefixed(cls, statuses: dict[str, Status]) -> dict[str, Status]:
        missing = set(SINGLE) - statuses.keys()
        stray = [name for name in statuses if name not in SINGLE and not name.startswith(FAMILIES)]
        if missing or stray:
            raise ValueError(f"missing {sorted(missing)}, not of a known family {stray}")
        wrong = [name for name, status in statuses.items() if name.startswith("error_") != (status.http >= 500)]
        if wrong:
            raise ValueError(f"only error_* endings carry a 5xx code: {wrong}")
        return statuses

    def __getitem__(self, name: str) -> Status:
        return self.statuses[name]

    def __contains__(self, name: str) -> bool:
        return name in self.statuses


@lru_cache(maxsize=4)
def load_statuses(path: Path = STATUS_FILE) -> Statuses:
    """Raises ``DataFileError`` when the file is missing or not as declared."""
    return load_declared(path, Statuses)
