"""What both framework retrievers ask for besides the question, and what they say about a hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from retrieval.contracts import ScoredPassage, SearchQuery

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class RetrieverScope:
    """``as_of`` None means the day of each question, in Shanghai; ``region`` None all places; ``levels`` empty all."""

    region: str | None = None
    levels: tuple[str, ...] = ()
    as_of: date | None = None
    k: int = 10

    def query(self, text: str) -> SearchQuery:
        return SearchQuery(text, self.as_of or datetime.now(SHANGHAI).date(), self.region, self.levels, self.k)


def metadata(hit: ScoredPassage) -> dict[str, str | float | None]:
    """Enough to cite the hit: document, clause, number, validity; dates in ISO form."""
    passage, validity = hit.passage, hit.passage.validity
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "title": passage.title,
        "clause": passage.clause,
        "path": " ".join(passage.path),
        "document_number": passage.document_number,
        "issuer": passage.issuer,
        "region": passage.region,
        "level": passage.level,
        "effective_from": validity.effective_from.isoformat() if validity.effective_from else None,
        "repealed_on": validity.repealed_on.isoformat() if validity.repealed_on else None,
        "score": hit.score,
    }
