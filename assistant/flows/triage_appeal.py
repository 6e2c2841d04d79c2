"""Flow ``triage_appeal`` 诉求: from a citizen's words to a proposed work order for each demand; a person confirms it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.appeal_cues import AppealCues
from assistant.domain.appeal import (
    Appeal,
    Classification,
    Decision,
    Extraction,
    Intake,
    Place,
    SimilarOrders,
    Triage,
    TriageReport,
    UnitRanking,
    WorkOrderDraft,
)
from assistant.domain.catalogue import Catalogue
from assistant.domain.category_index import CategoryIndex
from assistant.domain.demands import split_demands
from assistant.domain.emergencies import EmergencyWatch
from assistant.domain.gazetteer import Gazetteer
from assistant.pipeline import FlowResult, Pipeline, Stage, Step, step
from assistant.ports.triage import CategoryModel, FieldFiller, OrderHistory, PlaceTagger, UnitLessons, UnitRouter
from assistant.stages.check_diversion import CheckDiversion
from assistant.stages.classify_appeal import ClassifyAppeal
from assistant.stages.decide_handling import DecideHandling
from assistant.stages.draft_work_order import draft_work_order
from assistant.stages.extract_appeal import ExtractAppeal
from assistant.stages.find_similar_orders import FindSimilarOrders
from assistant.stages.locate import Locate
from assistant.stages.redact_appeal import RedactAppeal
from assistant.stages.suggest_handling_unit import SuggestHandlingUnit


def triage_appeal_stages(
    *, check: Stage, extract: Stage, classify: Stage, locate: Stage, similar: Stage, decide: Stage, suggest: Stage
) -> tuple[Step, ...]:
    """Danger is looked for before anything else can fail (Article 11)."""
    return (
        step(check, fails_as="error_screening", within_s=2),
        step(extract, within_s=4),
        step(classify, within_s=1),
        step(locate, within_s=1),
        step(similar, fails_as="error_retrieval", within_s=2),
        step(decide, within_s=1),
        step(suggest, within_s=1),
        step(draft_work_order, within_s=1),
    )


@dataclass(frozen=True)
class TriageFlow:
    """Holds no state of an appeal, so one serves all."""

    intake: Pipeline
    demand: Pipeline
    catalogue: Catalogue

    async def triage_appeal(self, intake: Intake) -> TriageReport:
        """One triage per demand. A failing stage ends it with ``error``: a person takes over, nothing is guessed."""
        masked = await self.intake.run({Intake: intake})
        if masked.stop is not None:
            return TriageReport("", (), masked.stop.status)
        appeal: Appeal = masked.values[Appeal]
        triages: list[Triage] = []
        for demand in split_demands(appeal.text):
            result = await self.demand.run({Appeal: replace(appeal, text=demand, context=appeal.text)})
            if result.stop is not None:
                return TriageReport(appeal.text, tuple(triages), result.stop.status)
            triages.append(_triage(demand, result, masked))
        return TriageReport(appeal.text, tuple(triages))


def _triage(demand: str, result: FlowResult, masked: FlowResult) -> Triage:
    values = result.values
    classification: Classification = values[Classification]
    decision: Decision = values[Decision]
    draft: WorkOrderDraft = values[WorkOrderDraft]
    extraction: Extraction = values[Extraction]
    similar: SimilarOrders = values[SimilarOrders]
    return Triage(
        demand=demand,
        extraction=replace(extraction, missing=draft.missing),
        type=classification.type,
        category=classification.category,
        urgency=classification.urgency,
        seven_five=classification.seven_five,
        instability=classification.instability,
        place=values[Place],
        diversion=decision.diversion,
        similar=similar.orders,
        units=values[UnitRanking],
        title=draft.title,
        content=draft.content,
        completeness=draft.completeness,
        decision=decision,
        caller=similar.caller,
        trace=tuple((mark.stage, mark.seconds) for mark in (*masked.trace, *result.trace)),
    )


@dataclass(frozen=True)
class Learned:
    """What a city's own orders and models add to the city pack; triage works without any of it.

    ``filler`` is a model's help with fields that rules leave open.
    """

    history: OrderHistory | None = None
    router: UnitRouter | None = None
    categories: CategoryModel | None = None
    lessons: UnitLessons | None = None
    place_tagger: PlaceTagger | None = None
    filler: FieldFiller | None = None


def build_triage_flow(
    catalogue: Catalogue,
    cues: AppealCues,
    watch: EmergencyWatch,
    index: CategoryIndex,
    learned: Learned,
    *,
    secret: bytes,
) -> TriageFlow:
    """The flow from the city pack's data and what was ``learned``; ``secret`` makes appellants' keys.

    Raises:
        WiringError: a stage lacks an input.
    """
    gazetteer = Gazetteer.of(catalogue)
    tags = {category.name: category.seven_five for category in catalogue.categories}
    steps = triage_appeal_stages(
        check=CheckDiversion(watch, catalogue.diversions, cues),
        extract=ExtractAppeal(gazetteer, learned.place_tagger, learned.filler),
        classify=ClassifyAppeal(index, tags, cues, learned.categories),
        locate=Locate(catalogue, gazetteer, learned.place_tagger),
        similar=FindSimilarOrders(learned.history),
        decide=DecideHandling(cues),
        suggest=SuggestHandlingUnit(catalogue, cues.calibration, learned.router, learned.lessons),
    )
    first = (step(RedactAppeal(secret), fails_as="error_redaction", within_s=2),)
    return TriageFlow(Pipeline(first, (Intake,)), Pipeline(steps, (Appeal,)), catalogue)
