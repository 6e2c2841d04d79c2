"""``hotline`` from an empty folder to a cited answer, as an operator types it."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from tests.e2e.test_program import hotline

NOTICE = """关于示例小区停车秩序的通告（演示数据）

各有关单位：
一、停车时间
示例小区地面车位夜间停车时间为二十时至次日七时。
二、收费
示例小区夜间停车每次收费三元。
本通告自2026年1月1日起施行。
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the city pack has been indexed."""
    folder = tmp_path_factory.mktemp("operator")
    synced = hotline("corpus", "sync", "--json", cwd=folder)
    assert synced.returncode == 0, synced.stderr
    assert json.loads(synced.stdout)["added"] >= 120
    return folder


def test_syncing_again_does_nothing(place: Path) -> None:
    report = json.loads(hotline("corpus", "sync", "--json", cwd=place).stdout)
    assert (report["added"], report["updated"], report["removed"], report["passages"]) == (0, 0, 0, 0)


def test_an_answer_cites_a_clause_in_force_and_says_what_it_is(place: Path) -> None:
    shown = hotline("ask", "办居住证要多久", "--json", cwd=place)
    outcome = json.loads(shown.stdout)
    assert (shown.returncode, outcome["status"]) == (0, "answered")
    assert any("15日" in sentence["text"] for sentence in outcome["sentences"])
    assert all(sentence["citations"] for sentence in outcome["sentences"])
    assert any("居住证暂行条例" in basis for citation in outcome["citations"] for basis in citation["basis"])
    assert "摘录式答复" in outcome["text"]
    assert "内容由AI生成" in outcome["text"]


def test_an_answer_comes_within_two_seconds_from_a_cold_start(place: Path) -> None:
    def cold() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        # As installed: bytecode is kept from the first call on, whatever this shell says.
        assert hotline("ask", "办居住证要多久", cwd=place, PYTHONDONTWRITEBYTECODE="").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Processor time: other tests share the machine, the promise is about the program.
    assert min(cold() for _ in range(4)) <= 2.0


def test_a_question_nothing_answers_is_refused_with_a_way_to_a_person(place: Path) -> None:
    outcome = json.loads(hotline("ask", "宠物猫能上地铁吗", "--json", cwd=place).stdout)
    assert outcome["status"].startswith("unanswerable_")
    assert "12345" in outcome["text"]
    assert outcome["citations"] == []


def test_the_law_of_the_day_is_answered(place: Path) -> None:
    question = "大企业拖欠中小企业货款多少天之内要付款"
    now = json.loads(hotline("ask", question, "--json", cwd=place).stdout)
    then = json.loads(hotline("ask", question, "--as-of", "2023-01-01", "--json", cwd=place).stdout)
    cited_now = {citation["document_id"] for citation in now["citations"]}
    cited_then = {citation["document_id"] for citation in then["citations"]}
    assert "sme-payment-arrears" in cited_now
    assert "sme-payment-arrears-2020" not in cited_now
    assert "sme-payment-arrears" not in cited_then


def test_a_notice_is_added_found_shown_and_removed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text(NOTICE, encoding="utf-8")
    added = hotline("corpus", "add", str(tmp_path), "--region", "北京市", "--json", cwd=place)
    assert json.loads(added.stdout)["added"] == 1, added.stderr
    hit = json.loads(hotline("search", "示例小区夜间停车收费", "-k", "1", "--json", cwd=place).stdout)
    assert "三元" in hit["text"]
    document = hit["document_id"]
    assert document in hotline("corpus", "list", "--match", "示例小区", cwd=place).stdout
    assert "三元" in hotline("corpus", "show", document, "--text", cwd=place).stdout
    assert hotline("corpus", "remove", document, cwd=place).returncode == 2  # nobody to ask, no --yes
    assert hotline("corpus", "remove", document, "--dry-run", cwd=place).stdout.strip() == document
    assert hotline("corpus", "remove", document, "--yes", cwd=place).returncode == 0
    assert hotline("corpus", "show", document, cwd=place).returncode == 1


def test_a_file_that_is_not_what_it_says_is_rejected_with_a_reason(place: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"<html>not a pdf</html>")
    shown = hotline("corpus", "add", str(tmp_path / "broken.pdf"), "--json", cwd=place)
    (rejected,) = json.loads(shown.stdout)["rejected"]
    assert shown.returncode == 1
    assert rejected["source"].endswith("broken.pdf")
    assert rejected["message"]


def test_a_missing_file_is_wrong_use(place: Path) -> None:
    shown = hotline("corpus", "add", "no-such-file.pdf", cwd=place)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "no-such-file.pdf" in shown.stderr


def test_doctor_finds_a_sound_installation_sound_and_an_empty_one_not(place: Path, tmp_path: Path) -> None:
    sound = hotline("doctor", "--json", cwd=place)
    assert sound.returncode == 0, sound.stdout
    states = {finding["check"]: finding["state"] for finding in json.loads(sound.stdout)["findings"]}
    assert states.pop("sign-in") == "warn", "nobody has an account yet, so nobody can sign in to a page"
    assert set(states.values()) == {"ok"}
    empty = hotline("doctor", "--json", cwd=tmp_path)
    index = next(one for one in json.loads(empty.stdout)["findings"] if one["check"] == "index")
    assert (empty.returncode, index["state"]) == (1, "fail")
    assert "hotline corpus sync" in index["mend"]


def test_asking_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    shown = hotline("ask", "办居住证要多久", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert "hotline corpus" in shown.stderr


def test_the_pack_checks_clean(place: Path) -> None:
    shown = hotline("corpus", "check", "--json", cwd=place)
    assert shown.returncode == 0, shown.stdout[-2000:]


def test_a_follow_up_asks_the_same_of_the_other_case(place: Path) -> None:
    outcome = json.loads(
        hotline("ask", "那外地户口呢？", "--after", "孩子上小学需要什么材料", "--json", cwd=place).stdout
    )
    quoted = [sentence["text"] for sentence in outcome["sentences"]]
    assert any(text.startswith("非本市户籍") for text in quoted)
    assert not any(text.startswith("本市户籍") for text in quoted)
