"""Each conversation is held as the service would: the answer to a turn is part of the next turn's history.

Rows: ``{id, split, turns: [{question, documents, not_documents?, move?}]}``; any of ``documents`` may be cited, none of
``not_documents`` (what an earlier turn was about). ``move``: the citizen turns to another matter (``change``), back to an
earlier one (``return``), or takes back what was said (``correction``). Options as for the task ``answer``.
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

MOVES = ("change", "return", "correction")


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
        """``carried``: the later turns that stay on the matter in hand; ``leaked``: an earlier matter's document is cited after the
        citizen turned to another one; ``after_a_…``: the turn of that move is answered from the right document."""
        pairs = list(zip(row["turns"], output["turns"], strict=True))
        right = [float(_cites(turn, said)) for turn, said in pairs]
        values = {"first_turn": right[0], "all_turns": float(all(right))}
        later = [(turn, said, hit) for (turn, said), hit in zip(pairs[1:], right[1:], strict=True)]
        if stayed := [hit for turn, _, hit in later if not _move(turn)]:
            values["carried"] = sum(stayed) / len(stayed)
        for move in MOVES:
            if hits := [hit for turn, _, hit in later if _move(turn) == move]:
                values[f"after_a_{move}"] = sum(hits) / len(hits)
        if left := [_leaks(turn, said) for turn, said, _ in later if turn.get("not_documents")]:
            values["leaked"] = float(any(left))
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


def _move(turn: Row) -> str:
    """A turn with documents that must not be cited any more is a change, where the row does not say what it is."""
    return str(turn.get("move") or ("change" if turn.get("not_documents") else ""))


def _leaks(turn: Row, said: Mapping[str, Any]) -> bool:
    return bool(set(turn.get("not_documents", ())) & set(said["documents"]))


def _checked(row: Row) -> Row:
    turns = row.get("turns") or ()
    whole = all(
        turn.get("question") and turn.get("documents") and turn.get("move", "change") in MOVES for turn in turns
    )
    if len(turns) < 2 or not whole:
        raise DatasetError(
            f"{row.get('id', '?')}: a conversation needs two turns or more, each with question and documents"
        )
    return row
