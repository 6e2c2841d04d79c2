"""The citizens' window: ``/widget.js`` for any page that may embed it, ``/widget`` in its iframe, and a page to try it on."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from assistant.api.middleware import header
from assistant.api.pages.assets import TEMPLATES
from assistant.api.pages.web import BUILT, built_file, file_response
from assistant.api.problems import Problem
from assistant.api.state import ApiState, state_of

router = APIRouter(include_in_schema=False)
demo = APIRouter(include_in_schema=False)

LOADER = BUILT / "loader" / "loader.js"
MINUTES = "public, max-age=300"
OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)


@router.get("/widget.js")
async def loader(request: Request) -> Response:
    """The one script. Any site may fetch it; where the window opens, ``/widget`` decides."""
    if not LOADER.is_file():
        raise Problem(503, "widget_not_built", "窗口尚未构建，请在项目目录运行 make web。")
    response = file_response(request, LOADER, MINUTES)
    response.headers["cross-origin-resource-policy"] = "cross-origin"
    return response


@router.get("/widget")
async def window(request: Request, origin: str = "") -> HTMLResponse:
    """``origin`` is who embeds the window, as the loader says; messages go there and nowhere else."""
    state = state_of(request)
    allowed = is_allowed(request, state, origin)
    context = {
        "region": state.container.region,
        "ai_label": state.container.flow.statuses.labels.ai_generated,
        "limit": state.widget.max_question_chars,
        "allowed": allowed,
    }
    page = TEMPLATES.get_template("widget.html").render(context)
    return HTMLResponse(page, status_code=200 if allowed else 403, headers=window_headers(state))


def is_allowed(request: Request, state: ApiState, origin: str) -> bool:
    """A site of the settings, or this service itself; nobody, when the window is a page of its own."""
    own = header(request.scope, b"host").lower()
    return not origin or origin in state.widget.allowed_origins or urlsplit(origin).netloc.lower() == own


def window_headers(state: ApiState) -> dict[str, str]:
    """The browser itself refuses to show the window on any other site, whatever ``origin`` said."""
    sites = " ".join(("'self'", *state.widget.allowed_origins))
    return {
        "content-security-policy": f"{OWN}; frame-ancestors {sites}",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "no-store",
    }


@router.get("/widget/{name:path}")
async def window_file(request: Request, name: str) -> Response:
    return built_file(request, "widget", name)


@demo.get("/demo")
async def show_demo(request: Request) -> HTMLResponse:
    """An invented public-service site with the one script on it."""
    page = TEMPLATES.get_template("demo.html").render({"region": state_of(request).container.region})
    policy = f"{OWN}; frame-src 'self'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"content-security-policy": policy})
