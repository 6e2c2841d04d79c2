"""Sections → one HTML page and one Markdown page, by templates beside this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from evals.report.chart import bars
from evals.report.view import Cell, Label, Row, Section

BEIJING = ZoneInfo("Asia/Shanghai")
TASKS = {
    "answer": "政策问答",
    "triage": "诉求分诊",
    "screen": "安全拦截",
    "redact": "个人信息遮蔽",
    "retrieve": "条款检索",
    "classify": "诉求分类",
    "route": "派单推荐",
    "safety": "安全题库",
    "draft_reply": "答复起草",
    "follow_up": "回访答语",
    "converse": "多轮对话",
    "judge": "裁判模型打分",
    "refuse": "无依据时的把握",
    "extract": "诉求要素抽取",
    "duplicates": "重复诉求判断",
    "topics": "热点聚类",
    "safety_knowledge": "安全常识选择题",
}
FIELDS = {
    "id": "题号",
    "reasons": "问题",
    "question": "提问",
    "text": "文字",
    "status": "收尾",
    "sources": "引用",
    "gold": "标准",
    "wrong": "判错",
    "missed": "漏掉",
    "false": "误报",
    "expected": "应为",
    "got": "实为",
}


def write_report(folder: Path, title: str, sections: Sequence[Section]) -> tuple[Path, Path]:
    """``report.html`` and ``report.md`` in ``folder``; gives back where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = datetime.now(UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    environment = _environment()
    paths = folder / "report.html", folder / "report.md"
    for path in paths:
        template = environment.get_template(f"{path.name}.j2")
        path.write_text(template.render(title=title, made=made, sections=sections), encoding="utf-8")
    return paths


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": figure, "interval": interval, "cut": cut, "told": told}
    environment.globals |= {
        "chart": chart,
        "task_name": lambda task: TASKS.get(task, task),
        "field_name": lambda name: FIELDS.get(name, name),
    }
    return environment


def figure(cell: Cell, label: Label) -> str:
    if cell.value is None:
        return "–"
    return f"{cell.value:.1%}" if label.kind == "share" else f"{cell.value:,.1f}"


def interval(cell: Cell, label: Label) -> str:
    if cell.low is None or cell.high is None or cell.value is None:
        return ""
    return f"{cell.low:.1%}–{cell.high:.1%}" if label.kind == "share" else f"{cell.low:,.1f}–{cell.high:,.1f}"


def chart(row: Row, systems: Sequence[str]) -> Markup:
    return Markup(bars(row.label.label, systems, row.cells))  # noqa: S704 - every word in it is escaped by bars


def cut(value: Any, limit: int = 160) -> str:
    """One line of a case. Markdown's own marks are made harmless."""
    text = " ".join(str(value).split()).replace("|", "｜").replace("<", "＜")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def told(value: Any) -> str:
    """A value of a case in words: lists joined, a source by its title and place."""
    if isinstance(value, Mapping):
        source = f"《{value['title']}》{value.get('place', '')}" if "title" in value else ""
        return source or "，".join(f"{name} {told(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "；".join(dict.fromkeys(map(told, value))) or "无"
    return "无" if value is None else str(value)
