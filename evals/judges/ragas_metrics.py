"""The metrics of ragas 0.4.3 (``metrics.collections``) with our judge, our embeddings and Chinese prompts.

The only importer of ragas. Sources: Es et al. 2024 (RAGAS) for faithfulness, answer relevancy, context precision and recall.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

os.environ.setdefault(
    "RAGAS_DO_NOT_TRACK", "true"
)  # read when ragas is imported: no request leaves the machine unasked

from pydantic import BaseModel, ValidationError
from ragas.embeddings.base import BaseRagasEmbedding
from ragas.llms.base import InstructorBaseRagasLLM
from ragas.metrics.collections import (
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    DomainSpecificRubrics,
    FactualCorrectness,
    Faithfulness,
)

from evals.judges.endpoint import Judge, JudgeSilentError, Metric
from retrieval.static_embedding import default_embedding
from retrieval.units import units

WORDING = Path(__file__).parent / "wording.yaml"


class JudgeLLM(InstructorBaseRagasLLM):
    """What ragas asks goes to our judge, which keeps replies and bounds the calls."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def generate(self, prompt: str, response_model: Any) -> Any:
        raise NotImplementedError("metrics are scored with ascore, which calls agenerate")

    async def agenerate(self, prompt: str, response_model: Any) -> Any:
        """Raises ``JudgeSilentError``."""
        reply = await self._judge.reply(prompt, _schema(response_model))
        try:
            return response_model.model_validate(reply)
        except ValidationError as error:
            raise JudgeSilentError("the reply does not fit the schema") from error


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()


class OwnEmbedding(BaseRagasEmbedding):
    """Our static embedding: nothing is downloaded and nothing leaves the machine."""

    def embed_text(self, text: str, **kwargs: Any) -> list[float]:
        return [float(number) for number in default_embedding().encode([units(text)])[0]]

    async def aembed_text(self, text: str, **kwargs: Any) -> list[float]:
        return self.embed_text(text)


def metrics_of(judge: Judge) -> dict[str, Metric]:
    """Every metric by name. Those that compare with a reference apply only to rows that have one."""
    llm = JudgeLLM(judge)
    faithfulness, relevancy = Faithfulness(llm), AnswerRelevancy(llm, OwnEmbedding(), strictness=1)
    precision, recall, correctness = ContextPrecision(llm), ContextRecall(llm), FactualCorrectness(llm)
    _tell(faithfulness, "faithfulness", "statement_generator_prompt", "nli_statement_prompt")
    _tell(relevancy, "answer_relevancy", "prompt")
    _tell(precision, "context_precision", "prompt")
    _tell(recall, "context_recall", "prompt")
    _tell(correctness, "factual_correctness", "prompt", "nli_prompt")
    asked, said, shown, gold = "user_input", "response", "retrieved_contexts", "reference"
    found = {
        "faithfulness": _scored(faithfulness, asked, said, shown),
        "answer_relevancy": _scored(relevancy, asked, said),
        "context_precision": _scored(precision, asked, gold, shown),
        "context_recall": _scored(recall, asked, shown, gold),
        "factual_correctness": _scored(correctness, said, gold),
    }
    return found | {name: _rubric(llm, name) for name in _wording()["rubrics"]}


NEEDS_REFERENCE = frozenset({"context_precision", "context_recall", "factual_correctness"})


def _scored(metric: Any, *names: str) -> Metric:
    async def score(row: Mapping[str, Any]) -> float:
        given = {
            "user_input": row["question"],
            "response": row["text"],
            "retrieved_contexts": list(row["contexts"]),
            "reference": row["reference"],
        }
        return float((await metric.ascore(**{name: given[name] for name in names})).value)

    return score


def _rubric(llm: JudgeLLM, name: str) -> Metric:
    """Five marks, told as a share: 1 → 0.0, 5 → 1.0."""
    rule = _wording()["rubrics"][name]
    metric = DomainSpecificRubrics(llm, rubrics=rule["scores"], name=name)
    marks = "\n".join(f"{key}: {text}" for key, text in rule["scores"].items())
    metric.scoring_prompt.instruction = f"{rule['instruction']}\n\n{marks}\n"
    metric.scoring_prompt.examples = []

    async def score(row: Mapping[str, Any]) -> float:
        result = await metric.ascore(user_input=row["question"], response=row["text"])
        return (min(5.0, max(1.0, float(result.value))) - 1) / 4

    return score


def _tell(metric: Any, name: str, *prompts: str) -> None:
    """Puts our Chinese instruction and examples in place of the English ones."""
    for attribute in prompts:
        prompt, words = getattr(metric, attribute), _wording()[f"{name}.{attribute}"]
        prompt.instruction, prompt.language = words["instruction"], "chinese"
        prompt.examples = [
            (prompt.input_model(**example["input"]), prompt.output_model(**example["output"]))
            for example in words["examples"]
        ]


@cache
def _wording() -> Mapping[str, Any]:
    wording: Mapping[str, Any] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return wording
