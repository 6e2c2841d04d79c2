"""Statutes by article, from JSON lines with one article a row (``law``, ``article``, ``text``, ``date``)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.data_files import DataFileError
from retrieval.contracts import LegalBasis

Articles = dict[str, str]


@dataclass(frozen=True, slots=True)
class Statutes:
    """``editions`` holds, for each law, the articles of each edition by its date; undated ones under ``date.min``."""

    editions: Mapping[str, Mapping[date, Articles]]

    def text(self, basis: LegalBasis, until: date | None = None) -> str | None:
        """The article in the newest edition, or in all editions dated before ``until``; ``None`` when it is in none."""
        editions = self.editions.get(basis.law, {})
        found = [editions[day][basis.article] for day in self.days(basis.law, until) if basis.article in editions[day]]
        return "\n".join(found) if found else None

    def days(self, law: str, until: date | None = None) -> list[date]:
        """The dates of the editions that count, as in ``text``."""
        days = sorted(self.editions.get(law, {}))
        return [day for day in days if day < until] if until else days[-1:]


def load_statutes(path: Path, laws: Collection[str]) -> Statutes:
    """Only ``laws`` are kept, so that a large file costs little memory.

    Raises:
        DataFileError: no such file, not UTF-8 JSON lines, or a row lacks ``law``, ``article`` or ``text``.
    """
    editions: dict[str, dict[date, Articles]] = {}
    try:
        for row in _rows(path):
            law, article, text = row["law"], row["article"], row["text"]
            if law in laws:
                day = date.fromisoformat(row["date"]) if row.get("date") else date.min
                articles = editions.setdefault(law, {}).setdefault(day, {})
                articles[article] = f"{articles.get(article, '')}{text}\n"
    except (OSError, EOFError, ValueError, KeyError, TypeError) as fault:
        raise DataFileError(f"{path}: no statutes can be read from it ({fault})") from fault
    return Statutes(editions)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
