"""Templates and files of the pages, all from this folder: nothing is fetched from elsewhere."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from assistant.api.caching import matches
from assistant.api.problems import Problem

router = APIRouter(include_in_schema=False)
FOLDER = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def sized(path: str, size: str) -> str:
    """An address that keeps the large print (大字版) for whoever reads in it: pages keep nothing else about anybody."""
    if not size:
        return path
    before, mark, fragment = path.partition("#")
    return f"{before}{'&' if '?' in before else '?'}size={size}{mark}{fragment}"


def size_of(request: Request, given: str) -> dict[str, str]:
    """What templates need to know: ``size``, and where this page stands in the other one.

    An answer to a form stands nowhere: following a link away from it would lose the code that is shown once.
    """
    size = "large" if given == "large" else ""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "size"]
    asked = urlencode(kept, errors="replace")
    path = quote(request.url.path) + (f"?{asked}" if asked else "")
    other = "" if request.method == "POST" else path if size else sized(path, "large")
    return {"size": size, "other_size": other}


TEMPLATES.filters["sized"] = sized
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
