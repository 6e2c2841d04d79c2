"""Read the YAML files that steer the assistant; a file that is not exactly as declared is refused, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from yaml import SafeLoader
else:  # the parser in C is eight times as fast; a PyYAML built without it lacks the name
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DataFileError(Exception):
    """A data file is missing or wrong; the message names the file, the place in it and what is wrong."""


class StrictModel(BaseModel):
    """A declared shape: unknown keys, wrong types and missing keys are errors, and nothing can be changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def unfolded(text: str) -> str:
    """A folded YAML line without the blanks that folding leaves between Han characters."""
    return re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", text).strip()


Prose = Annotated[str, AfterValidator(unfolded)]
"""Chinese text that people read."""

ModelT = TypeVar("ModelT", bound=StrictModel)


class _UniqueKeyLoader(SafeLoader):
    """A safe loader that refuses a repeated key instead of letting the last one win."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} occurs twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse_yaml(text: str, place: str) -> Any:
    """The content of ``text``; ``place`` names its origin in errors.

    Raises:
        DataFileError: not YAML, or a key occurs twice.
    """
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2024-02-30
        raise DataFileError(f"{place}: not valid YAML: {error}") from error


def read_yaml(path: Path) -> Any:
    """The content of ``path``.

    Raises:
        DataFileError: no such file, not UTF-8, not YAML, or a key occurs twice.
    """
    return parse_yaml(read_text(path), str(path))


def read_text(path: Path) -> str:
    """Raises ``DataFileError``: no such file, or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DataFileError(f"{path}: not UTF-8 at byte {error.start}") from error


def load_declared(path: Path, shape: type[ModelT]) -> ModelT:
    """``path`` validated against ``shape``.

    Raises:
        DataFileError: as ``read_yaml``, or the content does not have the declared shape.
    """
    return declared(read_yaml(path), shape, str(path))


def declared(content: Any, shape: type[ModelT], place: str) -> ModelT:
    """``content`` validated against ``shape``; raises ``DataFileError`` naming ``place`` and each wrong key."""
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise DataFileError(f"{place}: {details}") from error
