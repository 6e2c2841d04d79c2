"""Templates and files of the pages, all from this folder: nothing is fetched from elsewhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from assistant.api.documents.endpoints import matches
from assistant.api.problems import Problem

router = APIRouter(include_in_schema=False)
FOLDER = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
STYLES = "text/css; charset=utf-8"
ASSETS = {
    "page.css": STYLES,
    "page.js": "text/javascript; charset=utf-8",
    "plain.css": STYLES,
    "demo.css": STYLES,
}


@router.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    if name not in ASSETS:
        raise Problem(404, "not_found", "没有这个地址。")
    content = (FOLDER / name).read_bytes()
    headers = {"etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', "cache-control": "public, no-cache"}
    if matches(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers | {"content-type": ASSETS[name]})
