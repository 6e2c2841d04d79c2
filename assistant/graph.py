"""The same list of stages as a LangGraph graph, for those who embed the flow in graphs of their own.

The service runs ``Pipeline``: the same steps without the milliseconds that a graph adds per turn; a test holds
both to the same outcomes. This is the only importer of LangGraph.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypedDict, cast

from langchain_core.runnables import RunnableLambda
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from assistant.contracts import StageTrace
from assistant.pipeline import FlowResult, Pipeline, StageObserver, Step, Stop, Values, run_step


def _merged(left: Values, right: Values) -> Values:
    return {**left, **right}


class TurnState(TypedDict, total=False):
    """State of one turn: products by their type, the stop that ended it, the trace."""

    values: Annotated[Values, _merged]
    stop: Stop | None
    trace: Annotated[tuple[StageTrace, ...], lambda left, right: left + right]


Node = Callable[[TurnState], Awaitable[dict[str, Any]]]


def build_graph(pipeline: Pipeline) -> CompiledStateGraph[TurnState, None, TurnState, TurnState]:
    """A compiled graph whose nodes are the steps of ``pipeline``; a ``Stop`` leads to the end."""
    graph = StateGraph(TurnState)
    names = [item.name for item in pipeline.steps]
    for item in pipeline.steps:
        graph.add_node(item.name, RunnableLambda(_node(item)))
    graph.add_edge(START, names[0])
    for name, following in zip(names, [*names[1:], END], strict=True):
        graph.add_conditional_edges(name, _continue_to(following), [following, END])
    return graph.compile()


def _node(item: Step) -> Node:
    async def run(state: TurnState) -> dict[str, Any]:
        product, stop, mark = await run_step(item, state["values"])
        return {"values": {} if stop else {item.output: product}, "stop": stop, "trace": (mark,)}

    return run


def _continue_to(following: str) -> Callable[[TurnState], str]:
    return lambda state: END if state.get("stop") else following


class GraphPipeline(Pipeline):
    """A ``Pipeline`` that LangGraph runs; ``AnswerFlow`` takes either."""

    def __init__(self, pipeline: Pipeline) -> None:
        super().__init__(pipeline.steps, pipeline.given)
        self.graph = build_graph(pipeline)

    async def run(self, given: Values, on_stage: StageObserver | None = None) -> FlowResult:
        start: TurnState = {"values": given, "stop": None, "trace": ()}
        state: Any = start
        async for part in self.graph.astream(start, stream_mode=["tasks", "values"]):
            mode, chunk = cast(tuple[str, dict[str, Any]], part)
            if mode == "values":
                state = chunk
            elif on_stage is not None and "input" in chunk:
                await on_stage(chunk["name"])
        return FlowResult(state["values"], state["stop"], state["trace"])
