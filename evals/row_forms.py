"""Rows of public sets brought to the forms that the tasks read.

- question and answer, message and reply: the answers alone become a library, each under its row's id, and a question asks for the
  answers that were given to it (``answer_documents``, ``with_relevant``)
- rows of a table, ``{table, name, …}``: each row becomes one document; a question asks for the rows whose name it holds, and is
  left out where it holds none
- labels and texts under other names: ``labelled``
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.files import read_rows
from retrieval.ingestion.describe import describe_row
from retrieval.ingestion.normalise import has_substance
from retrieval.ingestion.parsed import ParsedDocument

Row = Mapping[str, Any]
SHORTEST_NAME = 3


def answer_documents(path: Path) -> Iterator[ParsedDocument] | None:
    """Documents of a file of answers, replies or table rows; ``None`` for any other file."""
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        return None
    first = next(read_rows(path, 1), {})
    if "text" in first or not (_answer_of(first) or "table" in first):
        return None
    return (describe_row(row, row["text"]) for row in _texts(path) if has_substance(row["text"]))


def _texts(path: Path) -> Iterator[dict[str, str]]:
    for number, row in enumerate(read_rows(path)):
        if "table" in row:
            yield {"id": f"{row['table']}/{number}", "title": _name_of(row), "text": _told(row)}
        else:
            yield {"id": str(row["id"]), "title": "", "text": _answer_of(row)}


def _told(row: Row) -> str:
    facts = "；".join(
        f"{name}：{value}" for name, value in row.items() if name not in ("table", "id", "name") and value
    )
    return f"{_name_of(row)}，{row['table']}。{facts}。"


def _name_of(row: Row) -> str:
    """Some tables name their rows by the id alone."""
    return str(row.get("name") or row.get("id") or "")


def _answer_of(row: Row) -> str:
    answer = row.get("reply") or row.get("answer")
    return answer if isinstance(answer, str) else ""


def question_of(row: Row) -> str:
    """The question of a row, or the whole message that was replied to."""
    return str(row.get("question") or "\n".join(filter(None, (row.get("title"), row.get("content")))))


def with_relevant(rows: Sequence[Row], corpus: Sequence[Path]) -> list[Row]:
    """Rows that name no relevant ids get those of the answers to the same question, or of the table rows that it names."""
    if any("relevant" in row for row in rows):
        return list(rows)
    if all(_answer_of(row) for row in rows):
        return _answered(rows)
    if not any(isinstance(row.get("answer"), list) for row in rows):
        return list(rows)
    return list(_named(rows, _names_in(corpus)))


def _answered(rows: Sequence[Row]) -> list[Row]:
    """An answer given twice, or a question asked twice, makes all of them right."""
    same: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for text in {question_of(row), _answer_of(row)}:
            same[text].append(str(row["id"]))
    groups = [sorted({*same[question_of(row)], *same[_answer_of(row)]}) for row in rows]
    return [
        {**row, "question": question_of(row), "relevant": group, "relevant_groups": [group]}
        for row, group in zip(rows, groups, strict=True)
    ]


def _names_in(corpus: Iterable[Path]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for path in corpus:
        for document in answer_documents(path) or ():
            if len(document.document.title) >= SHORTEST_NAME:
                names[document.document.title].append(document.document.id)
    return names


def _named(rows: Iterable[Row], names: Mapping[str, list[str]]) -> Iterator[Row]:
    """The longest name wins; a question that names no row asks for nothing that could be found, and is left out."""
    by_length = sorted(names, key=len, reverse=True)
    for row in rows:
        name = next((name for name in by_length if name in str(row.get("question", ""))), None)
        if name:
            yield {**row, "relevant": names[name], "relevant_groups": [names[name]]}


def labelled(row: Row, label: str, text: str | None) -> tuple[Row, str]:
    """``label`` and ``text`` may name several fields (``,`` between them): the label is the first that the row has, the text all
    that it has; a row without any of the text fields keeps its own title and content."""
    target = next((name for name in label.split(",") if name in row), label)
    words = [str(row[name]) for name in (text or "").split(",") if row.get(name)]
    return ({**row, "title": "", "content": "，".join(words)} if words else row), target
