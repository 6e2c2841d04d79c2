"""Writes the instruction-tuning set: split so that no matter and no near copy stands on both sides, with a datasheet."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from assistant.domain.pii import find
from evals.contracts import DatasetError
from evals.files import write_rows
from evals.harvest.records import Record

TEST_SHARE = 5
SAME = 0.6
DATASHEET = Path(__file__).parent / "datasheet.md"


@dataclass(frozen=True, slots=True)
class Exported:
    """``dropped``: records left out, by reason."""

    train: tuple[Record, ...]
    test: tuple[Record, ...]
    dropped: Mapping[str, int]


def prepare(records: Sequence[Record]) -> Exported:
    """Records without personal data, each input once per task, one of ``TEST_SHARE`` groups held back."""
    dropped: Counter[str] = Counter()
    kept: dict[tuple[str, str], Record] = {}
    for record in records:
        reason = _why_not(record) or ("repeated" if (record.task, record.input) in kept else "")
        if reason:
            dropped[reason] += 1
        else:
            kept[record.task, record.input] = record
    groups = group(list(kept.values()))
    train = tuple(record for record, name in groups if not _held_back(name))
    test = tuple(record for record, name in groups if _held_back(name))
    return Exported(train, test, dict(dropped))


def _why_not(record: Record) -> str:
    if not record.input.strip() or not record.output.strip():
        return "empty"
    if any(find(text) for text in (record.input, record.output)):
        return "personal data left"
    return ""


def group(records: Sequence[Record]) -> list[tuple[Record, str]]:
    """Each record with the name of its group: the smallest id among the inputs that are near copies, directly or by others."""
    texts = sorted({record.input for record in records})
    leader = {text: text for text in texts}

    def root(text: str) -> str:
        while leader[text] != text:
            text = leader[text]
        return text

    for one, other in near_copies(texts):
        low, high = sorted((root(one), root(other)))
        leader[high] = low
    return [(record, hashlib.sha256(root(record.input).encode()).hexdigest()) for record in records]


def near_copies(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs whose character pairs overlap by at least ``SAME`` (Jaccard); only texts that share a rare pair are compared."""
    bags = [{text[at : at + 2] for at in range(len(text) - 1)} for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        for pair in bag:
            holders[pair].append(number)
    pairs = set()
    for number, bag in enumerate(bags):
        rare = sorted(bag, key=lambda pair: len(holders[pair]))[: max(1, len(bag) // 2)]
        pairs |= {(number, other) for pair in rare for other in holders[pair] if other > number}
    return [(texts[one], texts[two]) for one, two in pairs if _overlap(bags[one], bags[two]) >= SAME]


def _overlap(one: set[str], two: set[str]) -> float:
    return len(one & two) / (len(one | two) or 1)


def _held_back(name: str) -> bool:
    return int(name[:8], 16) % TEST_SHARE == 0


def write(folder: Path, exported: Exported, period: str, city: str) -> Sequence[Path]:
    """``train.jsonl``, ``test.jsonl``, ``DATASHEET.md`` and ``SHA256SUMS``.

    Raises:
        DatasetError: nothing to write, or the folder holds files already.
    """
    if not exported.train and not exported.test:
        raise DatasetError("nothing to export: approve candidates with hotline evals review, or name closed orders")
    if folder.exists() and any(folder.iterdir()):
        raise DatasetError(f"{folder} is not empty; name a new folder for each edition")
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("train", exported.train), ("test", exported.test)):
        write_rows(folder / f"{name}.jsonl", (record.as_chat() for record in records))
    (folder / "DATASHEET.md").write_text(datasheet(exported, period, city), encoding="utf-8")
    paths = [folder / name for name in ("train.jsonl", "test.jsonl", "DATASHEET.md")]
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return [*paths, folder / "SHA256SUMS"]


def datasheet(exported: Exported, period: str, city: str) -> str:
    """After Gebru et al. 2021, "Datasheets for Datasets"."""
    tasks = sorted({record.task for record in (*exported.train, *exported.test)})
    rows = [
        f"| {task} | {sum(r.task == task for r in exported.train)} | {sum(r.task == task for r in exported.test)} |"
        for task in tasks
    ]
    sources = Counter(record.source for record in (*exported.train, *exported.test))
    return Template(DATASHEET.read_text(encoding="utf-8")).substitute(
        city=city,
        period=period,
        counts="\n".join(rows),
        train=len(exported.train),
        test=len(exported.test),
        sources=json.dumps(sources, ensure_ascii=False),
        dropped=json.dumps(exported.dropped, ensure_ascii=False),
        share=f"1/{TEST_SHARE}",
        same=f"{SAME:.0%}",
    )
