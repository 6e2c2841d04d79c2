"""Load the model that says how much a question lacks (``assistant/asking``)."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from assistant.data_files import DataFileError, StrictModel, load_declared
from assistant.domain.asking_back import described
from assistant.domain.request_model import ngram_score

FOLDER = Path(__file__).resolve().parent.parent / "asking"


class LackingFile(StrictModel):
    buckets: int
    scale: float
    bias: float
    trained_on: list[str]


@lru_cache(maxsize=2)
def load_lacking(folder: Path = FOLDER) -> Callable[[str], float]:
    """Log-odds that a question lacks what decides its answer; made by ``evals.training.asking``.

    Raises:
        DataFileError: the model is missing, not as declared, or its weights are not those declared.
    """
    declared = load_declared(folder / "lacking_model.yaml", LackingFile)
    path = folder / "lacking_model.bin"
    weights = array("b", path.read_bytes() if path.is_file() else b"")
    if len(weights) != declared.buckets:
        raise DataFileError(f"{path}: {len(weights)} weights, {declared.buckets} declared")
    return lambda question: declared.bias + declared.scale * ngram_score(weights, described(question))
