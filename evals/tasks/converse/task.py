"""Each conversation is held as the service would: the answer to a turn is part of the next turn's history.

Rows: ``{id, split, turns: [{question, documents, not_documents?}]}``; any of ``documents`` may be cited, none of
``not_documents`` (what an earlier turn was about). Options as for the task ``answer``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_split
from evals.measures import Ratio
from evals.tasks.answer.flow import answer_config, open_answers


class ConversationCases:
    """Output: ``{turns: [{status, text, documents}]}``."""

    name = "converse"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError`` for a conversation of fewer than two turns."""
        return [_checked(row) for row in read_split(options.dataset, options.limit, options.extra.get("split"))]

    def inputs(self, row: Row) -> Row:
        return {"turns": [turn["question"] for turn in row["turns"]]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return answer_config(options)

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        with open_answers(options) as answer:

            async def hold(row: Row) -> Output:
                history: list[Mapping[str, str]] = []
                turns = []
                for turn in row["turns"]:
                    output = await answer({"id": row["id"], "question": turn["question"], "history": history})
                    history += [_said("user", turn["question"]), _said("assistant", output["text"])]
                    cited = list(dict.fromkeys(one["document"] for one in output["citations"]))
                    turns.append({"status": output["status"], "text": output["text"], "documents": cited})
                return {"turns": turns}

            yield hold

    def score(self, row: Row, output: Output) -> CaseScore:
        """``carried``: the later turns of conversations that stay on their matter; ``leaked``: an earlier matter's document is
        cited after the citizen turned to another one."""
        right = [float(_cites(turn, said)) for turn, said in zip(row["turns"], output["turns"], strict=True)]
        values = {"first_turn": right[0], "all_turns": float(all(right))}
        changed = [(turn, said) for turn, said in zip(row["turns"], output["turns"], strict=True) if _left(turn)]
        if changed:
            values["leaked"] = float(any(_leaks(turn, said) for turn, said in changed))
            values["followed_the_change"] = float(all(_cites(turn, said) for turn, said in changed))
        else:
            values["carried"] = sum(right[1:]) / len(right[1:])
        return CaseScore(row["id"], values, {"right": sum(right), "turns": len(right)})

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return (Ratio("right_document", "right", "turns"),)

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        pairs = list(enumerate(zip(row["turns"], output["turns"], strict=True), start=1))
        wrong = [f"turn {number}" for number, (turn, said) in pairs if not _cites(turn, said) or _leaks(turn, said)]
        if not wrong:
            return None
        asked = [turn["question"] for turn in row["turns"]]
        got = [said["documents"] or said["status"] for said in output["turns"]]
        return {"id": row["id"], "reasons": wrong, "question": asked, "gold": _gold(row), "got": got}


def _said(role: str, content: str) -> Mapping[str, str]:
    return {"role": role, "content": content}


def _gold(row: Row) -> list[list[str]]:
    return [list(turn["documents"]) for turn in row["turns"]]


def _cites(turn: Row, said: Mapping[str, Any]) -> bool:
    return bool(said["status"] == "answered" and set(turn["documents"]) & set(said["documents"]))


def _left(turn: Row) -> bool:
    return bool(turn.get("not_documents"))


def _leaks(turn: Row, said: Mapping[str, Any]) -> bool:
    return bool(set(turn.get("not_documents", ())) & set(said["documents"]))


def _checked(row: Row) -> Row:
    turns = row.get("turns") or ()
    if len(turns) < 2 or any(not turn.get("question") or not turn.get("documents") for turn in turns):
        raise DatasetError(
            f"{row.get('id', '?')}: a conversation needs two turns or more, each with question and documents"
        )
    return row
