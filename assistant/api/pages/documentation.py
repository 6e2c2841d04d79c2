"""``/docs``: the OpenAPI description as a page of our own; the usual viewers load themselves from a foreign host."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from assistant.api.pages.assets import TEMPLATES

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_documentation(request: Request) -> HTMLResponse:
    description = request.app.openapi()
    context = {"info": description["info"], "operations": operations(description)}
    return HTMLResponse(TEMPLATES.get_template("documentation.html").render(context))


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per path and method, with the body's example and the statuses it may answer."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "parameters": operation.get("parameters", []),
            "example": _example(description, operation),
            "responses": operation["responses"],
        }
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def _example(description: dict[str, Any], operation: dict[str, Any]) -> str:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    example = description["components"]["schemas"].get(name, {}).get("example")
    return json.dumps(example, ensure_ascii=False, indent=2) if example else ""
