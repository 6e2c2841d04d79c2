"""``hotline search``: the clauses that fit best, one per line."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import Any

from assistant.commands.options import add_as_of, add_region, building, settings_of, today
from retrieval.contracts import ScoredPassage, SearchQuery

SHOWN_CHARS = 120


@dataclass(frozen=True)
class SearchCommand:
    help: str = 'find clauses\n\nexample: hotline search "物业管理条例第二十条" -k 3'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("query", help="words, a question, or a law with an article number")
        parser.add_argument("-k", type=int, default=10, help="how many (default 10)")
        parser.add_argument("--level", action="append", default=[], help="only this level, e.g. 地方性法规; repeatable")
        parser.add_argument("--json", action="store_true", help="print one JSON object per line")
        add_as_of(parser)
        add_region(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        settings = settings_of(arguments)
        query = SearchQuery(
            arguments.query,
            arguments.as_of or today(),
            arguments.region or settings.region,
            tuple(arguments.level),
            arguments.k,
        )
        with building():
            from assistant.bootstrap.library import open_search

            engine = open_search(settings)
            result = engine.search(query)
            engine.close()
        for hit in result.hits:
            print(json.dumps(as_row(hit), ensure_ascii=False) if arguments.json else as_line(hit))
        return 0


def as_row(hit: ScoredPassage) -> dict[str, Any]:
    passage = hit.passage
    return {
        "id": passage.id,
        "score": round(hit.score, 4),
        "document_id": passage.document_id,
        "title": passage.title,
        "path": list(passage.path),
        "effective_from": str(passage.validity.effective_from or "") or None,
        "repealed_on": str(passage.validity.repealed_on or "") or None,
        "region": passage.region,
        "text": passage.text,
    }


def as_line(hit: ScoredPassage) -> str:
    passage = hit.passage
    text = " ".join(passage.text.split())
    place = " ".join(passage.path)
    return f"{hit.score:8.3f}  《{passage.title}》{place}\n          {text[:SHOWN_CHARS]}{'…' if len(text) > SHOWN_CHARS else ''}"


COMMAND = SearchCommand()
