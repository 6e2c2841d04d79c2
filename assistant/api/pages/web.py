"""The built pages: one HTML file for every page of the work desk, and their files, whose names hold their hash."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from assistant.api.caching import matches
from assistant.api.pages.assets import TEMPLATES
from assistant.api.problems import Problem

router = APIRouter(include_in_schema=False)
BUILT = Path(__file__).resolve().parents[2] / "web"
FOLDERS = {"web": BUILT / "app", "widget": BUILT / "widget"}
PAGES = ("/sign-in", "/console", "/dashboard", "/knowledge", "/accounts")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,200}", re.ASCII)
"""No name of the build is longer; a file system would fail on one that is."""
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


async def show_desk(request: Request) -> Response:
    """The page itself decides by its address what to show; who may see data, the API decides."""
    page = FOLDERS["web"] / "index.html"
    if not page.is_file():
        return HTMLResponse(TEMPLATES.get_template("not_built.html").render(), status_code=503)
    return file_response(request, page, ASK_AGAIN)


for _path in PAGES:
    router.add_api_route(_path, show_desk, methods=["GET"], name=f"page {_path}")
    router.add_api_route(f"{_path}/{{rest:path}}", show_desk, methods=["GET"], name=f"page under {_path}")


@router.get("/web/{name:path}")
async def app_file(request: Request, name: str) -> Response:
    return built_file(request, "web", name)


def built_file(request: Request, folder: str, name: str) -> Response:
    """``name`` below a folder of the build. Raises ``Problem`` 404, for what lies outside of it too."""
    root = FOLDERS[folder].resolve()
    path = (root / name).resolve() if _NAME.fullmatch(name) else root
    if not path.is_relative_to(root) or path.suffix not in TYPES or not path.is_file():
        raise Problem(404, "not_found", "没有这个地址。")
    is_named_by_hash = path.parent.name == "assets"
    return file_response(request, path, FOREVER if is_named_by_hash else ASK_AGAIN)


def file_response(request: Request, path: Path, caching: str) -> Response:
    content = path.read_bytes()
    headers = {
        "etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "cache-control": caching,
        "vary": "accept-encoding",
    }
    if matches(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    packed = path.with_name(path.name + ".gz")
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        content, headers = packed.read_bytes(), headers | {"content-encoding": "gzip"}
    return Response(content, headers=headers | {"content-type": TYPES[path.suffix]})
