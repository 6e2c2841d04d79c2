"""Statements beside one another: what sets one apart from the others of its document, and from those of other documents."""

from __future__ import annotations

import pytest

from assistant.domain.excerpts import Excerpt, Source
from assistant.domain.statement_fit import WEIGHTS
from assistant.domain.statement_scoring import _told_apart
from assistant.domain.statements import Statement


def said(document: str, heading: str, score: float) -> Excerpt:
    source = Source(f"P-{document}-{heading}", "演示", "演示指南", heading, document_id=document)
    return Excerpt(source, Statement("演示", heading=heading), score, 0.5)


def test_a_heading_that_asks_alike_leads_within_the_best_document_only() -> None:
    best, section, elsewhere = said("a", "要带什么材料", 5.0), said("a", "多久办好", 4.0), said("b", "多久办好", 4.0)
    told = _told_apart("居住证多久能办好", [best, section, elsewhere], set())
    gains = [after.score - before.score for before, after in zip((best, section, elsewhere), told, strict=True)]
    assert gains == pytest.approx([0, WEIGHTS.asked_alike, 0])
