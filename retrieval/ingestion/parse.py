"""Reads a source file into documents: text formats here, binary and web formats in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.ingestion.describe import describe_text, document_id_for, structured, title_from
from retrieval.ingestion.formats import Extract
from retrieval.ingestion.formats.jsonl import PositionListener, parse_jsonl
from retrieval.ingestion.formats.markdown import has_front_matter, parse_markdown
from retrieval.ingestion.formats.plain import decode_text, extract_plain
from retrieval.ingestion.limits import DEFAULT_LIMITS, ParseLimits
from retrieval.ingestion.normalise import has_substance
from retrieval.ingestion.parsed import ParsedDocument, Rejection, RejectReason, SourceRejected
from retrieval.ingestion.sandbox import Sandbox
from retrieval.ingestion.sources import SourceFile, find_sources


@dataclass(frozen=True, slots=True)
class DocumentDefaults:
    """Facts for files that cannot state them (everything but JSON rows and Markdown with front matter)."""

    region: str | None = None
    level: str | None = None
    kind: str | None = None
    issuer: str | None = None


NO_DEFAULTS = DocumentDefaults()


def read_source(
    path: Path | str, limits: ParseLimits = DEFAULT_LIMITS, defaults: DocumentDefaults = NO_DEFAULTS
) -> Iterator[ParsedDocument | Rejection]:
    """Documents of a file or of all files below a folder, in stable order, with rejections among them."""
    with Sandbox(limits) as sandbox:
        for source in find_sources([path], limits):
            yield from [source] if isinstance(source, Rejection) else read_file(source, sandbox, limits, defaults)


def read_file(
    source: SourceFile,
    sandbox: Sandbox,
    limits: ParseLimits,
    defaults: DocumentDefaults,
    tell: PositionListener = lambda _: None,
) -> Iterator[ParsedDocument | Rejection]:
    """Documents of one file. Never raises for what the file contains."""
    try:
        if source.format == "jsonl":
            yield from parse_jsonl(source.path, source.name, limits, tell)
        else:
            yield _read_whole(source, sandbox, defaults)
    except SourceRejected as rejected:
        yield rejected.rejection(source.name)
    except OSError:
        yield SourceRejected(RejectReason.NOT_FOUND).rejection(source.name)


def _read_whole(source: SourceFile, sandbox: Sandbox, defaults: DocumentDefaults) -> ParsedDocument:
    if source.format == "markdown":
        parsed = _read_markdown(source, defaults)
    elif source.format == "plain":
        parsed = _describe(source, extract_plain(source.path.read_bytes()), defaults)
    else:
        parsed = _describe(source, sandbox.extract(source.path, source.format), defaults)
    if not has_substance(parsed.text):
        raise SourceRejected(RejectReason.EMPTY)
    return parsed


def _read_markdown(source: SourceFile, defaults: DocumentDefaults) -> ParsedDocument:
    raw = decode_text(source.path.read_bytes())
    if has_front_matter(raw):
        return parse_markdown(raw)
    return _describe(source, Extract(raw), defaults)


def _describe(source: SourceFile, extract: Extract, defaults: DocumentDefaults) -> ParsedDocument:
    text = structured(extract.text)
    return describe_text(
        text,
        document_id=document_id_for(source.key),
        title=extract.title or title_from(text, source.name.rsplit(".", 1)[0]),
        region=defaults.region,
        level=defaults.level,
        kind=defaults.kind,
        issuer=defaults.issuer,
        promulgated=extract.published,
        warnings=extract.warnings,
    )
