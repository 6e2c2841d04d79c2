"""Alerts and the dashboard may name only what is measured; promtool shows that each alert speaks when it should."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from assistant.api.metrics import Metrics
from assistant.ports.orders import OutboxState

NAME = re.compile(r"\b(?:hotline|gen_ai|vllm)[:_][a-z0-9_:]+")
# Seen in /metrics of vLLM 0.32 (deploy/vllm/test_on_cpu.sh): renamed ones would leave a panel empty without a word.
VLLM = {
    *("vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc"),
    *("vllm:admission_rejections_total", "vllm:prompt_tokens_total", "vllm:generation_tokens_total"),
    *("vllm:prefix_cache_queries_total", "vllm:prefix_cache_hits_total"),
    *("vllm:time_to_first_token_seconds_bucket", "vllm:request_queue_time_seconds_bucket"),
}


def measured() -> set[str]:
    """Every sample name of the service, whether it was counted yet or not."""
    names = set[str]()
    for family in Metrics(tuple, lambda: OutboxState(0, 0, None)).registry.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}[family.type]
        names |= {family.name + suffix for suffix in suffixes}
    return names


@pytest.fixture
def prometheus(repository: Path) -> Path:
    return repository / "deploy" / "prometheus"


@pytest.fixture
def rules(prometheus: Path) -> list[dict[str, object]]:
    loaded = yaml.safe_load((prometheus / "rules.yaml").read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def recorded(rules: list[dict[str, object]]) -> set[str]:
    return {str(rule["record"]) for rule in rules if "record" in rule}


def test_alerts_name_what_is_measured(rules: list[dict[str, object]]) -> None:
    named = {name for rule in rules for name in NAME.findall(str(rule["expr"]))}
    assert len(named) > 10
    assert named - measured() - VLLM - recorded(rules) == set()


def test_panels_name_what_is_measured(repository: Path, rules: list[dict[str, object]]) -> None:
    board = json.loads((repository / "deploy" / "grafana" / "hotline.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = {name for expression in asked for name in NAME.findall(expression)}
    assert len(named) > 20
    assert named - measured() - VLLM - recorded(rules) == set()


def test_panels_do_not_overlap(repository: Path) -> None:
    board = json.loads((repository / "deploy" / "grafana" / "hotline.json").read_text(encoding="utf-8"))
    places = [panel["gridPos"] for panel in board["panels"]]
    cells = [
        (column, row)
        for place in places
        for column in range(place["x"], place["x"] + place["w"])
        for row in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) < 24


def test_every_alert_says_what_to_do_and_is_tested(prometheus: Path, rules: list[dict[str, object]]) -> None:
    alerts = [rule for rule in rules if "alert" in rule]
    tested = (prometheus / "rules_test.yaml").read_text(encoding="utf-8")
    for alert in alerts:
        annotations = alert["annotations"]
        assert isinstance(annotations, dict)
        assert annotations["summary"] and annotations["action"]
        assert f"alertname: {alert['alert']}" in tested
    assert f"value: {len(alerts)}}}" in tested, "the bad day fires all of them"


def test_every_alert_has_its_page_in_the_runbook_and_no_page_is_left_over(
    repository: Path, rules: list[dict[str, object]]
) -> None:
    written = (repository / "docs" / "runbooks" / "alerts.md").read_text(encoding="utf-8")
    alerts = {str(rule["alert"]): rule for rule in rules if "alert" in rule}
    sections = dict(re.findall(r"^## (\w+)\n\n`(page|ticket)`", written, re.MULTILINE))
    assert sections == {name: rule["labels"]["severity"] for name, rule in alerts.items()}  # type: ignore[index]


@pytest.mark.promtool
@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")
@pytest.mark.parametrize("arguments", [("check", "rules", "rules.yaml"), ("test", "rules", "rules_test.yaml")])
def test_promtool_agrees(prometheus: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(["promtool", *arguments], cwd=prometheus, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
