"""A model folder: ``arrays.npz`` and ``model.json``, no pickle, written beside and switched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from assistant.data_files import DataFileError
from assistant.learning.classifier import TextClassifier
from assistant.learning.vocabulary import Vocabulary

FORMAT = 2
ARRAYS, MODEL = "arrays.npz", "model.json"


class ModelUnusable(DataFileError):  # noqa: N818 - a state of the folder
    """The model folder is missing, damaged or of another format; the message says what to do."""


def save(classifier: TextClassifier, folder: Path, facts: dict[str, Any]) -> None:
    """``facts`` (counts, figures, hashes) are kept in ``model.json`` beside what the program needs."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = folder / (ARRAYS + ".new.npz")
    np.savez_compressed(
        arrays,
        keys=classifier.vocabulary.keys,
        idf=classifier.vocabulary.idf,
        weights=classifier.weights,
        bias=classifier.bias,
        handicap=classifier.handicap,
    )
    arrays.replace(folder / ARRAYS)
    known = classifier.known_words
    model = {
        "format": FORMAT,
        "labels": classifier.labels,
        "mentions": classifier.mentions,
        "mention_weight": classifier.mention_weight,
        "known_words": None if known is None else sorted(known),
        "facts": facts,
    }
    written = folder / (MODEL + ".new")
    written.write_text(json.dumps(model, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(folder / MODEL)


def load(folder: Path) -> TextClassifier:
    """
    Raises:
        ModelUnusable: see the class.
    """
    model = read_model(folder)
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in ("keys", "idf", "weights", "bias", "handicap")}
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnusable(f"{folder / ARRAYS} 不能读取（{error}）；请重新运行 hotline learn。") from error
    if parts["weights"].shape != (len(parts["keys"]), len(model["labels"])):
        raise ModelUnusable(f"{folder} 中的文件不属于同一次学习；请重新运行 hotline learn。")
    known = model["known_words"]
    return TextClassifier(
        tuple(model["labels"]),
        Vocabulary(parts["keys"], parts["idf"]),
        parts["weights"],
        parts["bias"],
        parts["handicap"],
        tuple(tuple(names) for names in model["mentions"]),
        float(model["mention_weight"]),
        None if known is None else frozenset(known),
    )


def read_model(folder: Path) -> dict[str, Any]:
    try:
        model = json.loads((folder / MODEL).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelUnusable(f"{folder} 不是模型目录（{error}）；请先运行 hotline learn。") from error
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        raise ModelUnusable(f"{folder} 的格式不是 {FORMAT}；请重新运行 hotline learn。")
    return model
