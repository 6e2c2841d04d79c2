"""Counts how often statutes and published legal answers cite a law or an article.

    python -m evals.training.title_prior

Writes ``retrieval/data/citations.json``. Sources: the statutes themselves and lawbench 3-8 (Apache-2.0); no question of
an evaluation set takes part.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from evals.training.sources import Row, Sources, default_sources
from retrieval.references import article_key, title_key

TARGET = Path(__file__).resolve().parents[2] / "retrieval" / "data" / "citations.json"
_LAW = re.compile(r"《([^《》]{2,60})》")
_CITATION = re.compile(
    r"《([^《》]{2,60})》|(本(?:法|条例|规定|解释|办法))|(第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十])?)"
)
_TITLE_WEIGHT = 5
"""A law whose title names another one (…实施《…》办法) rests on it as a whole."""


def citations(text: str, own: str = "") -> Iterator[tuple[str, str]]:
    """(law key, article key) in reading order; the article is "" where the law is cited as a whole."""
    law = ""
    for found in _CITATION.finditer(text):
        if found[1] or found[2]:
            law = title_key(found[1]) if found[1] else own
            yield law, ""
        elif law:
            yield law, article_key(found[3])


def count_statutes(articles: Iterable[Row]) -> tuple[Counter[str], Counter[str]]:
    """How many articles of other laws cite a law, and how many articles cite an article."""
    laws: Counter[str] = Counter()
    cited: Counter[str] = Counter()
    titles: set[str] = set()
    for row in articles:
        own = title_key(row["law"])
        titles.add(row["law"])
        found = set(citations(row["text"], own))
        laws.update({law for law, _ in found if law != own})
        cited.update(f"{law}#{article}" for law, article in found if article)
    for title in titles:
        laws.update({title_key(law): _TITLE_WEIGHT for law in _LAW.findall(title)})
    return laws, cited


def count_answers(rows: Iterable[Row]) -> tuple[Counter[str], Counter[str]]:
    """In how many legal answers a law and an article occur."""
    laws: Counter[str] = Counter()
    cited: Counter[str] = Counter()
    for row in rows:
        found = set(citations(row["answer"]))
        laws.update({law for law, _ in found})
        cited.update({f"{law}#{article}" for law, article in found if article})
    return laws, cited


def build(sources: Sources) -> dict[str, object]:
    articles = sources.articles()
    known = {title_key(row["law"]) for row in articles}
    by_statutes, articles_by_statutes = count_statutes(articles)
    by_answers, articles_by_answers = count_answers(sources.legal_answers())
    return {
        "note": "[citing articles, citing legal answers] per law and per law#article",
        "data": sources.fingerprint("corpus/laws_articles.jsonl.gz", "qa/lawbench_3-8.jsonl"),
        "laws": _merge(known, by_statutes, by_answers),
        "articles": _merge(known, articles_by_statutes, articles_by_answers),
    }


def _merge(known: set[str], statutes: Counter[str], answers: Counter[str]) -> dict[str, list[int]]:
    keys = sorted(key for key in statutes.keys() | answers.keys() if key.partition("#")[0] in known)
    return {key: [statutes[key], answers[key]] for key in keys}


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(build(default_sources()), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
