"""Runs ``draft_reply`` without a model over the city pack, and its gate over sentences that a model might write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.extractive_reply import ExtractiveReply
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.city_pack import city_pack_folder
from assistant.contracts import Evidence
from assistant.domain.degradation import Degradation
from assistant.domain.reply_draft import ReplyPart
from assistant.domain.reply_facts import collect
from assistant.flows.draft_reply import build_reply_flow
from assistant.stages.check_reply import ReplyGate
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, Measure, RunOptions
from evals.library import open_library
from evals.measures import Ratio
from evals.tasks.draft_reply.cases import DAY, PARTS, case_of, claim_of, read_cases

REGION = "北京市朝阳区"


class DraftReplyCases:
    """Output: ``{text, places: [part], basis: [law], faults: [fault or null], removed}``; faults of the claims in order."""

    name = "draft_reply"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Option with ``--set``: split. Raises ``DatasetError``."""
        split = options.extra.get("split")
        return [row for row in read_cases(options.dataset, options.limit) if split in (None, row.get("split"))]

    def inputs(self, row: Row) -> Row:
        log = [item["text"] for item in row["log"]]
        claims = [{name: claim[name] for name in ("part", "on", "text")} for claim in row.get("claims", ())]
        return {"id": row["id"], "title": row["title"], "category": row["category"], "log": log, "claims": claims}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"model": "none", "region": REGION, "as_of": DAY.isoformat(), **options.extra}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        files = options.corpus or (city_pack_folder(None) / "documents",)
        with open_library(files) as engine:
            search = ThreadedSearch(engine, Degradation(), timeout_s=30)
            flow = build_reply_flow(search=search, backup=ExtractiveReply(ExtractiveComposer()), home_region=REGION)

            async def draft(row: Row) -> Output:
                outcome = await flow.draft_reply(case_of(row))
                cited = [*(citation.title for citation in outcome.citations)]
                cited += [law for citation in outcome.citations for law in citation.basis]
                return {
                    "text": outcome.text,
                    "places": _places([item["text"] for item in row["log"]], outcome.parts),
                    "basis": cited,
                    "faults": _faults(row),
                    "removed": list(outcome.removed),
                }

            yield draft

    def score(self, row: Row, output: Output) -> CaseScore:
        pairs = list(zip(row["log"], output["places"], strict=True))
        placed = [_stands_where_it_should(item, there) for item, there in pairs if item["part"]]
        claims = list(zip(row.get("claims", ()), output["faults"], strict=True))
        false = [fault for claim, fault in claims if not claim["supported"]]
        true = [fault for claim, fault in claims if claim["supported"]]
        counts = {
            "sentences": len(pairs),
            "told": sum(bool(there) for there in output["places"]),
            "placed": sum(placed),
            "placeable": len(placed),
            "false": len(false),
            "stopped": sum(fault is not None for fault in false),
            "true": len(true),
            "kept": sum(fault is None for fault in true),
            "removed": len(output["removed"]),
        }
        return CaseScore(row["id"], _basis_values(row, output), counts)

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return [
            Ratio("unsupported_stopped", "stopped", "false"),
            Ratio("supported_kept", "kept", "true"),
            Ratio("log_told", "told", "sentences"),
            Ratio("well_placed", "placed", "placeable"),
            Ratio("own_removed", "removed", "sentences"),
        ]

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        claims = zip(row.get("claims", ()), output["faults"], strict=True)
        wrong = [{**claim, "fault": fault} for claim, fault in claims if claim["supported"] is (fault is not None)]
        places = zip(row["log"], output["places"], strict=True)
        moved = [{**item, "there": there} for item, there in places if not _stands_where_it_should(item, there)]
        misses_basis = 0.0 in (score.values.get("basis_given"), score.values.get("basis_right"))
        basis = output["basis"] if misses_basis else None
        return (
            {"id": row["id"], "claims": wrong, "moved": moved, "basis": basis}
            if wrong or moved or misses_basis
            else None
        )


def _places(log: Sequence[str], parts: Sequence[tuple[ReplyPart, Sequence[Any]]]) -> list[str]:
    """The part in which each sentence of the log stands in the draft, "" where it does not."""
    said = [(part, sentence.text) for part, sentences in parts for sentence in sentences]
    return [next((part.value for part, there in said if text.rstrip("。") in there), "") for text in log]


def _stands_where_it_should(item: Row, there: str) -> bool:
    return not item["part"] or PARTS[item["part"]].value == there


def _faults(row: Row) -> list[str | None]:
    facts = collect(case_of(row))
    gate = ReplyGate(facts, Evidence((), 0.0, DAY))
    return [gate.fault(claim_of(claim, facts)) for claim in row.get("claims", ())]


def _basis_values(row: Row, output: Output) -> dict[str, float]:
    laws = row.get("basis")
    if not laws:
        return {}
    given = bool(output["basis"])
    fits = any(law in cited for law in laws for cited in output["basis"])
    return {"basis_given": float(given), **({"basis_right": float(fits)} if given else {})}
