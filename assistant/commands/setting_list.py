"""Every setting with its default and its meaning, read from the classes themselves: the source of ``docs/settings.md``.

``python -m assistant.commands.setting_list > docs/settings.md`` writes the page anew.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from assistant import setting_sections, settings

HEAD = """# Settings

Environment variables, or lines of a file `.env` in the folder where `hotline` starts; the environment wins. Lists and mappings are JSON.
An unknown name stops the start with the names that are known, and so does a value that does not fit. `hotline config show` prints the
settings in force without secrets, `hotline config list` this list; `hotline doctor` says what is wrong with them.

(needed) holds within its section: without any value of `INDEX`, `CHAT` or `STATE` that part runs in this process (Qdrant Edge, answers that
quote clauses, no Redis); `EMBEDDER`, `RERANKER` and `OIDC` are then not used.
"""
NEEDED = "(needed)"


@dataclass(frozen=True, slots=True)
class SettingRow:
    name: str
    default: str
    meaning: str


def sections() -> Iterator[tuple[str, list[SettingRow]]]:
    """(what the section is about, its rows), in the order of the class ``Settings``."""
    told = meanings()
    whole = settings.Settings.model_fields
    plain = {name: field for name, field in whole.items() if not _models(field.annotation)}
    yield "The service", [_row(name, field, told["Settings"][name]) for name, field in plain.items()]
    for name, field in whole.items():
        for model in _models(field.annotation):
            yield from _section(name, model, told)


def _section(
    prefix: str, model: type[BaseModel], told: dict[str, dict[str, str]]
) -> Iterator[tuple[str, list[SettingRow]]]:
    fields = {name: field for name, field in model.model_fields.items() if name != "kind"}
    rows = [_row(f"{prefix}__{name}", field, told[model.__name__][name]) for name, field in fields.items()]
    if rows:
        yield f"`HOTLINE_{prefix.upper()}__…`: {inspect.getdoc(model)}".partition("\n\n")[0].replace("``", "`"), rows
    for name, field in fields.items():
        for below in _models(field.annotation):
            if below is not setting_sections.Caller:  # one JSON value, not variables of its own
                yield from _section(f"{prefix}__{name}", below, told)


def _row(name: str, field: FieldInfo, meaning: str) -> SettingRow:
    return SettingRow(f"{settings.PREFIX}{name.upper()}", _default(field), meaning)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return NEEDED
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), frozenset(), {}):
        return ""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if annotation is SecretStr:
        return []
    return [model for part in get_args(annotation) for model in _models(part)]


def _shown(default: str) -> str:
    return f"`{default}`" if default not in ("", NEEDED) else default


def meanings() -> dict[str, dict[str, str]]:
    """Class name → field → the sentence below it."""
    found: dict[str, dict[str, str]] = {}
    for module in (setting_sections, settings):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_sentences(node))
    return found


def _sentences(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            said = text.value if isinstance(text, ast.Expr) else None
            sentence = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
            yield field.target.id, sentence


def page() -> str:
    """``docs/settings.md``."""
    parts = [HEAD]
    for title, rows in sections():
        lines = [f"| `{row.name}` | {_shown(row.default)} | {row.meaning} |" for row in rows]
        name, _, about = title.partition(": ")
        parts.append(
            "\n".join(
                [
                    f"## {name}",
                    "",
                    *([about, ""] if about else []),
                    "| setting | default | what it does |",
                    "|---|---|---|",
                    *lines,
                    "",
                ]
            )
        )
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
