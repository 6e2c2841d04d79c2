"""The shipped pack is sound, a broken one is refused with the place, and the statutes prove its claims."""

from __future__ import annotations

import json
import re
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.city_pack import check_pack
from assistant.adapters.pack_documents import read_documents
from assistant.data_files import DataFileError
from assistant.domain.catalogue import STREET, UnitKind
from assistant.domain.figures import missing_figures
from assistant.domain.pack_report import PackReport

TODAY = date(2026, 11, 23)
GUIDE = """---
id: heating
title: 暖气不热怎么办
kind: guide
issuer: 编写组
document_number: null
region: 北京市
level: 办事指南
category: 公共服务/供暖
effective_from: 2024-03-29
repealed_on: null
supersedes: null
superseded_by: null
basis:
  - {law: 北京市供热条例, article: 第二十条}
owner_unit: 供热单位
review_date: 2027-05-31
verified: true
keywords: [暖气不热]
---
# 暖气不热怎么办

- 室温不得低于18℃，不达标的十五日内退费。（依据：《北京市供热条例》第二十条）
"""
ARTICLE = {"law": "北京市供热条例", "article": "第二十条", "text": "室温不低于十八摄氏度；不达标的，15日内退费。"}


@pytest.fixture
def pack(tmp_path: Path, repository: Path) -> Path:
    """The shipped catalogue with one guide of its own."""
    shutil.copytree(repository / "policy_corpus" / "catalogue", tmp_path / "pack" / "catalogue")
    write(tmp_path / "pack", "heating", GUIDE)
    return tmp_path / "pack"


def write(pack: Path, name: str, text: str) -> None:
    path = pack / "documents" / "utilities" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def statutes(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def errors(report: PackReport) -> list[str]:
    return [f"{finding.place} {finding.message}" for finding in report.errors]


@pytest.fixture(scope="module")
def shipped(repository: Path) -> PackReport:
    return check_pack(repository / "policy_corpus", TODAY)


def test_the_shipped_pack_has_no_errors(shipped: PackReport) -> None:
    assert errors(shipped) == []
    assert shipped.counts["documents"] >= 120
    assert shipped.counts["streets"] == 43


def test_the_shipped_pack_holds_versions_and_repealed_documents(shipped: PackReport, repository: Path) -> None:
    documents, _ = read_documents(repository / "policy_corpus")
    assert sum(pack.document.successor_id is not None for pack in documents) >= 5
    assert shipped.counts["in_force"] < shipped.counts["documents"]


def test_every_second_level_has_three_to_ten_matters(repository: Path) -> None:
    catalogue = load_catalogue(repository / "policy_corpus" / "catalogue")
    second = [category.path for category in catalogue.categories if len(category.path) == 2]
    third = [category.path[:2] for category in catalogue.categories if len(category.path) == 3]
    assert [path for path in second if not 3 <= third.count(path) <= 10] == []


def test_article_11_is_covered_item_by_item(repository: Path) -> None:
    catalogue = load_catalogue(repository / "policy_corpus" / "catalogue")
    items = " ".join(rule.item for rule in catalogue.diversions)
    assert all(word in items for word in ("110", "119", "120", "122", *(f"第{n}项" for n in "一二三四五六")))
    assert {rule.status for rule in catalogue.diversions if "第一项" in rule.item} == {"handover_emergency"}


def test_noise_goes_by_its_source(repository: Path) -> None:
    catalogue = load_catalogue(repository / "policy_corpus" / "catalogue")
    leads = {entry.category: entry.lead for entry in catalogue.dispatch if not entry.condition}
    assert leads["噪音扰民/设备与经营噪声"] == "ecology"
    assert leads["噪音扰民/施工噪声"] == STREET
    assert leads["噪音扰民/邻里噪声"] == "police"
    assert {unit.kind for unit in catalogue.units} == set(UnitKind)


def test_a_sound_pack_passes_with_its_statutes(pack: Path, tmp_path: Path) -> None:
    report = check_pack(pack, TODAY, statutes(tmp_path, ARTICLE, *cited_by_catalogue(pack)))
    assert errors(report) == []
    assert (report.counts["documents"], report.counts["claims"]) == (1, 1)


def cited_by_catalogue(pack: Path) -> list[dict[str, str]]:
    catalogue = load_catalogue(pack / "catalogue")
    cited = [basis for entry in catalogue.dispatch for basis in entry.basis]
    cited += [basis for rule in catalogue.diversions for basis in rule.basis]
    return [{"law": basis.law, "article": basis.article, "text": "有"} for basis in cited]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: heating", "id: warming", "the id warming is not the file's name"),
        ("# 暖气不热怎么办", "# 暖气", "the first heading is '暖气'"),
        ("category: 公共服务/供暖", "category: 公共服务/暖气", "no category 公共服务/暖气"),
        ("owner_unit: 供热单位", "owner_unit: 热力股", "no unit, alias or duty bearer '热力股'"),
        ("kind: guide", "kind: essay", "front matter: kind"),
        ("verified: true\n", "verified: true\nauthor: 某人\n", "author: Extra inputs"),
        (
            "verified: true\n",
            "verified: true\nasked_as:\n  无此标题: [问法]\n",
            "asked_as names the heading '无此标题'",
        ),
        ("region: 北京市\n", "", "region: Field required"),
        ("id: heating\n", "id: heating\nid: heating\n", "occurs twice"),
        ("article: 第二十条", "article: 20", "basis.0.article"),
        ("article: 第二十条", "article: 第二十一条", "第二十条 stands in the text but not in basis"),
        ("article: 第二十条", "article: 第二十一条", "第二十一条 stands in basis but not in the text"),
        ("《北京市供热条例》第二十条", "《北京市供热条例》", "names no law with an article"),
        ("effective_from: 2024-03-29", "effective_from: 2024-02-30", "day is out of range"),
        ("repealed_on: null", "repealed_on: 2024-03-29", "repealed_on is not after effective_from"),
        ("superseded_by: null", "superseded_by: heating-2", "superseded_by heating-2, which does not name it"),
        ("supersedes: null", "supersedes: heating-0", "supersedes heating-0, which does not name it"),
    ],
)
def test_each_fault_of_a_document_is_an_error(pack: Path, old: str, new: str, message: str) -> None:
    write(pack, "heating", GUIDE.replace(old, new, 1))
    named = [finding for finding in check_pack(pack, TODAY).errors if message in finding.message]
    assert named and named[0].place.startswith("documents/utilities/heating.md")


def test_a_document_without_front_matter_is_an_error(pack: Path) -> None:
    write(pack, "heating", "# 暖气不热怎么办\n")
    assert "begins with no front matter" in errors(check_pack(pack, TODAY))[0]


def test_two_documents_may_not_share_an_id(pack: Path) -> None:
    path = pack / "documents" / "copy" / "heating.md"
    path.parent.mkdir()
    path.write_text(GUIDE, encoding="utf-8")
    assert any("the id heating stands twice" in message for message in errors(check_pack(pack, TODAY)))


@pytest.mark.parametrize(("repealed_on", "sound"), [("2024-03-29", True), ("2024-01-01", True), ("2024-04-01", False)])
def test_versions_do_not_overlap(pack: Path, repealed_on: str, *, sound: bool) -> None:
    old = GUIDE.replace("id: heating", "id: heating-2019").replace("2024-03-29", "2019-01-01")
    old = old.replace("repealed_on: null", f"repealed_on: {repealed_on}")
    write(pack, "heating-2019", old.replace("superseded_by: null", "superseded_by: heating"))
    write(pack, "heating", GUIDE.replace("supersedes: null", "supersedes: heating-2019"))
    report = check_pack(pack, TODAY)
    assert ([] if sound else 1) == (errors(report) if sound else len(report.errors))
    assert [finding.place for finding in report.findings if finding.severity == "not_in_force"] == [
        "documents/utilities/heating-2019.md"
    ]


def test_what_is_due_is_listed_but_does_not_fail(pack: Path) -> None:
    write(pack, "heating", GUIDE.replace("2027-05-31", "2026-11-23"))
    report = check_pack(pack, TODAY)
    assert not report.failed
    assert "documents/utilities/heating.md" in {
        finding.place for finding in report.findings if finding.severity == "due"
    }


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("室温不得低于十六度", "16度 does not occur"),
        ("请在三十日内申请退费", "30日 does not occur"),
        ("1. 不达标的15天内退费", ""),
        ("拨打12345，室温不低于18℃", ""),
    ],
)
def test_figures_of_a_claim_occur_in_its_article(pack: Path, tmp_path: Path, statement: str, message: str) -> None:
    write(pack, "heating", GUIDE.replace("室温不得低于18℃，不达标的十五日内退费", statement))
    found = errors(check_pack(pack, TODAY, statutes(tmp_path, ARTICLE, *cited_by_catalogue(pack))))
    assert [message in text for text in found] == ([True] if message else [])


def test_cited_articles_exist(pack: Path, tmp_path: Path) -> None:
    path = statutes(tmp_path, {**ARTICLE, "article": "第十九条"}, *cited_by_catalogue(pack))
    assert any("no such article" in text for text in errors(check_pack(pack, TODAY, path)))
    path = statutes(tmp_path, {**ARTICLE, "law": "上海市供热条例"}, *cited_by_catalogue(pack))
    assert any("no such law" in text for text in errors(check_pack(pack, TODAY, path)))


def test_the_newest_edition_counts_and_for_a_repealed_document_that_of_its_time(pack: Path, tmp_path: Path) -> None:
    newer = {**ARTICLE, "date": "2025-01-01", "text": "室温不低于二十摄氏度；不达标的，15日内退费。"}
    path = statutes(tmp_path, {**ARTICLE, "date": "2010-01-01"}, newer, *cited_by_catalogue(pack))
    assert any("18度 does not occur" in text for text in errors(check_pack(pack, TODAY, path)))
    write(pack, "heating", GUIDE.replace("repealed_on: null", "repealed_on: 2025-01-01"))
    assert errors(check_pack(pack, TODAY, path)) == []


def test_three_times_is_three_hundred_percent(pack: Path, tmp_path: Path) -> None:
    write(pack, "heating", GUIDE.replace("室温不得低于18℃，不达标的十五日内退费", "按三倍退费"))
    rows = ({**ARTICLE, "text": "按百分之三百退费"}, *cited_by_catalogue(pack))
    assert errors(check_pack(pack, TODAY, statutes(tmp_path, *rows))) == []


def test_a_broken_catalogue_file_is_named_and_the_rest_waits(pack: Path) -> None:
    (pack / "catalogue" / "holidays.yaml").write_text("years: soon\n", encoding="utf-8")
    (pack / "catalogue" / "time_limits.yaml").unlink()
    places = {finding.place for finding in check_pack(pack, TODAY).errors}
    assert places == {"catalogue/holidays.yaml", "catalogue/time_limits.yaml"}


@pytest.mark.parametrize("content", ["not json", '{"law": "某法"}', "[1]"])
def test_statutes_that_cannot_be_read_are_refused(pack: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError, match="no statutes can be read"):
        check_pack(pack, TODAY, path)


def test_the_report_in_words_and_as_data(pack: Path) -> None:
    report = check_pack(pack, TODAY)
    text = report.as_text()
    assert text.startswith("documents 1  in force 1")
    assert "errors: 0" in text and re.search(r"handling_units\.yaml \(\d+\) ", text)
    data = json.loads(json.dumps(report.as_json(), ensure_ascii=False))
    assert data["ok"] is True and data["error"] == [] and len(data["unverified"]) > 100


@pytest.mark.shared_data
def test_every_cited_article_exists_and_every_figure_occurs_in_it(repository: Path, shared_data: Path) -> None:
    started = time.process_time()
    report = check_pack(repository / "policy_corpus", TODAY, shared_data / "corpus" / "laws_articles.jsonl.gz")
    assert errors(report) == []
    assert report.counts["claims"] > 2000
    assert time.process_time() - started < 20


@pytest.mark.shared_data
def test_figures_of_the_district_plan_are_those_of_its_text(repository: Path, shared_data: Path) -> None:
    lines = (shared_data / "corpus" / "district_plan.jsonl").read_text(encoding="utf-8").splitlines()
    source = "\n".join(json.loads(line)["text"] + json.loads(line).get("date", "") for line in lines)
    documents, _ = read_documents(repository / "policy_corpus")
    plans = [pack for pack in documents if pack.document.kind == "plan"]
    assert plans
    wrong = {pack.path: missing_figures(pack.body, [source], frozenset({"12345"})) for pack in plans}
    assert {path: figures for path, figures in wrong.items() if figures} == {}
