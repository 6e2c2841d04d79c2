"""Prompts are released files: strictly shaped, immutable once released, pinned and hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from pydantic import Field, RootModel, model_validator

from assistant.data_files import DataFileError, StrictModel, load_declared, read_yaml
from assistant.domain.plain_text import literal

HASH_CHARACTERS = 12


class PromptLimits(StrictModel):
    max_tokens: int = Field(gt=0, le=4096)
    temperature: float = Field(ge=0, le=2)


class PromptFile(StrictModel):
    """``prompts/<stage>/v<N>.yaml``. Variables appear as ``$name`` in ``user`` only; ``passage`` renders one source."""

    stage: str
    version: int = Field(ge=1)
    released_on: date
    purpose: str
    variables: list[str]
    limits: PromptLimits
    system: str = Field(min_length=1)
    user: str = Field(min_length=1)
    passage: str = ""

    @model_validator(mode="after")
    def _variables_match(self) -> PromptFile:
        used = set(Template(self.user).get_identifiers())
        if used != set(self.variables) or not Template(self.user).is_valid():
            raise ValueError(f"declares {sorted(self.variables)} but uses {sorted(used)}")
        if Template(self.system).get_identifiers():
            raise ValueError("the system text is fixed: it takes no variables")
        return self


class _Active(RootModel[dict[str, int]]):
    pass


@dataclass(frozen=True, slots=True)
class Prompt:
    """A released prompt. ``reference`` is what traces record, e.g. ``compose_answer@v1#3f2a9c01d4e5``."""

    file: PromptFile
    sha256: str

    @property
    def reference(self) -> str:
        return f"{self.file.stage}@v{self.file.version}#{self.sha256[:HASH_CHARACTERS]}"

    def render_user(self, values: Mapping[str, str], passages: Sequence[Mapping[str, str]] = ()) -> str:
        """The user message. Values are made literal first: none can open a role, close a section or forge a token.

        Raises:
            KeyError: a declared variable has no value.  ValueError: a value nobody declared.
        """
        stray = values.keys() - set(self.file.variables)
        if stray:
            raise ValueError(f"{self.reference} declares no {sorted(stray)}")
        sources = "\n\n".join(self.render_passage(passage) for passage in passages)
        safe = {name: literal(value) for name, value in values.items()}
        return Template(self.file.user).substitute({**safe, "passages": sources})

    def render_passage(self, values: Mapping[str, str]) -> str:
        """One source with its token. ``token`` is ours; all other values are made literal."""
        safe = {name: value if name == "token" else literal(value) for name, value in values.items()}
        return Template(self.file.passage).substitute(safe).strip()


def load_prompt(folder: Path, stage: str) -> Prompt:
    """The pinned prompt of ``stage``.

    Raises:
        DataFileError: not pinned, not as declared, or its bytes are not those that were released (``lock.json``).
    """
    active = _Active.model_validate(read_yaml(folder / "active.yaml")).root
    if stage not in active:
        raise DataFileError(f"{folder / 'active.yaml'}: no version of {stage} is pinned")
    name = f"{stage}/v{active[stage]}.yaml"
    prompt = read_prompt(folder / name)
    if (prompt.file.stage, prompt.file.version) != (stage, active[stage]):
        raise DataFileError(f"{folder / name}: says it is {prompt.file.stage} v{prompt.file.version}")
    if read_lock(folder).get(name) != prompt.sha256:
        raise DataFileError(
            f"{folder / name}: differs from its released hash in lock.json; release a new version instead"
        )
    return prompt


def read_prompt(path: Path) -> Prompt:
    """A prompt file whether or not it is pinned. Raises ``DataFileError``."""
    file = load_declared(path, PromptFile)
    return Prompt(file, hashlib.sha256(path.read_bytes()).hexdigest())


def read_lock(folder: Path) -> dict[str, str]:
    """Released hashes: file name under ``folder`` → SHA-256 of its bytes. Raises ``DataFileError``."""
    try:
        content = json.loads((folder / "lock.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise DataFileError(f"{folder / 'lock.json'}: cannot be read ({error})") from error
    return {str(name): str(sha256) for name, sha256 in content.items()}
