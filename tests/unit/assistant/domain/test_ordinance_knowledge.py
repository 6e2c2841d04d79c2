"""Who keeps a document current, and when it is to be looked at again (ordinance Article 31). 演示数据."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.domain.catalogue import Catalogue, Category, HandlingUnit, UnitKind, WorkCalendar
from assistant.domain.pack_documents import PackDocument, check_documents
from assistant.domain.pack_report import Finding, Severity
from retrieval.contracts import Document, Validity

TODAY = date(2026, 3, 2)
HEATING = HandlingUnit("heating", "演示供热中心", UnitKind.COMPANY)
CATALOGUE = Catalogue((Category(("公共服务",), "便利性"),), (HEATING,), (), (), (), WorkCalendar())


def findings(owner: str, review: date | None, repealed: date | None = None) -> list[Finding]:
    document = Document(
        "heat", "供暖", category="公共服务", owner_unit=owner, review_date=review, verified=True,
        validity=Validity(date(2020, 1, 1), repealed),
    )  # fmt: skip
    return list(check_documents([PackDocument("documents/heat.md", document, "供暖", "", ())], CATALOGUE, TODAY))


@pytest.mark.parametrize(("review", "due"), [(TODAY, True), (date(2026, 3, 3), False), (None, False)])
def test_article_31_a_document_is_due_from_its_review_date_on(review: date | None, due: bool) -> None:
    assert [finding.severity for finding in findings("演示供热中心", review)] == ([Severity.DUE] if due else [])


def test_article_31_a_document_is_kept_by_a_unit_that_exists() -> None:
    assert findings("演示供热中心", None) == []
    [finding] = findings("没有的单位", None)
    assert "没有的单位" in finding.message


def test_article_31_what_is_out_of_force_says_so() -> None:
    [finding] = findings("演示供热中心", None, date(2026, 1, 1))
    assert finding.severity is Severity.NOT_IN_FORCE
