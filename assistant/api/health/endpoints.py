"""``/livez``, ``/readyz`` with one entry per dependency, and ``/metrics``."""

from __future__ import annotations

import asyncio
import hmac

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from assistant.api.middleware.authentication import bearer, is_loopback
from assistant.api.problems import Problem
from assistant.api.schemas import Shape, problems, success
from assistant.api.state import ApiState, state_of
from assistant.ports.serving import Readiness, ReadinessCheck

router = APIRouter(tags=["运行状态"])
CHECK_WITHIN_S = 2.0


class Liveness(Shape):
    status: str = "ok"


class DependencyView(Shape):
    status: str
    required: bool
    detail: str


class ReadinessView(Shape):
    """``ok``, ``degraded`` (still 200: answers go on) or ``unavailable`` (503)."""

    status: str
    dependencies: dict[str, DependencyView]


@router.get("/livez", response_model=Liveness, summary="进程是否在运行")
async def livez() -> Liveness:
    return Liveness()


@router.get(
    "/readyz",
    response_model=ReadinessView,
    summary="能否服务，逐项列出依赖",
    responses={503: {"model": ReadinessView, "description": "必需的依赖不可用"}},
)
async def readyz(request: Request) -> Response:
    state = state_of(request)
    checks = state.container.readiness
    results = await asyncio.gather(*(_bounded(check) for check in checks.values()))
    dependencies = {
        name: DependencyView(status="ok" if result.ok else "failing", required=check.required, detail=result.detail)
        for (name, check), result in zip(checks.items(), results, strict=True)
    }
    for name in state.container.degradation.active():
        dependencies.setdefault(name, DependencyView(status="failing", required=False, detail="degraded"))
    status = overall(dependencies)
    view = ReadinessView(status=status, dependencies=dependencies)
    return JSONResponse(view.model_dump(), status_code=503 if status == "unavailable" else 200)


def overall(dependencies: dict[str, DependencyView]) -> str:
    failing = [dependency for dependency in dependencies.values() if dependency.status != "ok"]
    if any(dependency.required for dependency in failing):
        return "unavailable"
    return "degraded" if failing else "ok"


async def _bounded(check: ReadinessCheck) -> Readiness:
    try:
        async with asyncio.timeout(CHECK_WITHIN_S):
            return await check.check()
    except TimeoutError:
        return Readiness(False, "timeout")


@router.get(
    "/metrics",
    summary="Prometheus 指标（需令牌）",
    response_class=Response,
    responses=success("Prometheus 文本", {"text/plain": {}}) | problems(404),
)
async def metrics(request: Request) -> Response:
    state = state_of(request)
    if not _may_scrape(state, request):
        raise Problem(401, "invalid_token", "需要指标令牌。", headers={"www-authenticate": "Bearer"})
    text = await asyncio.to_thread(generate_latest, state.metrics.registry)
    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})


def _may_scrape(state: ApiState, request: Request) -> bool:
    token = state.settings.metrics_token
    if token is None:
        return state.open_metrics and is_loopback(request.scope)
    return hmac.compare_digest(token.get_secret_value().encode(), bearer(request.scope).encode())
