"""The public data sets that models are fitted on, read where they lie and never copied."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.files import read_rows

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sources:
    """Folder of the public data sets (``HOTLINE_SHARED_DATA``, default ``../shared/data``)."""

    folder: Path

    def rows(self, name: str) -> list[Row]:
        return list(read_rows(self.folder / name))

    def articles(self) -> list[Row]:
        return self.rows("corpus/laws_articles.jsonl.gz")

    def legal_answers(self) -> list[Row]:
        return self.rows("qa/lawbench_3-8.jsonl")

    def fingerprint(self, *names: str) -> dict[str, str]:
        """SHA-256 of each file, for the model card."""
        return {name: hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in names}


def default_sources() -> Sources:
    return Sources(Path(os.environ.get("HOTLINE_SHARED_DATA", Path.cwd().parent / "shared" / "data")))
