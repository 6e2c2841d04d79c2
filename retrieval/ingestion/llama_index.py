"""The seam to LlamaIndex: our clause splitter as a ``NodeParser``, their readers and node parsers into our index.

The only module of ours that imports ``llama_index``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, Document, MetadataMode, NodeRelationship, TextNode

from retrieval.contracts import Passage
from retrieval.ingestion.dates import read_date
from retrieval.ingestion.describe import describe_text, structured, title_from
from retrieval.ingestion.ingest import add_documents
from retrieval.ingestion.normalise import fold_line, fold_text, has_substance
from retrieval.ingestion.parsed import ParsedDocument, Rejection, RejectReason, SourceRejected, Span
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ingestion.report import DEFAULT_OPTIONS, IngestOptions, IngestReport, ProgressListener
from retrieval.ingestion.split import DEFAULT_SPLIT, SplitOptions, split_document
from retrieval.ports import PassageIndex


class ClauseNodeParser(NodeParser):
    """Cuts documents by 条, 款, numbered items and headings, for any LlamaIndex pipeline.

    A node's id is the passage id, stable across runs; metadata carries ``path``, ``clause``, ``title`` and validity.
    Document metadata ``title``, ``region``, ``level``, ``kind``, ``issuer`` and ``date`` are used where given.
    """

    longest: int = DEFAULT_SPLIT.longest
    joined: int = DEFAULT_SPLIT.joined

    @classmethod
    def class_name(cls) -> str:
        return "ClauseNodeParser"

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        options = SplitOptions(self.longest, self.joined)
        return [
            _node(passage, parent) for parent in nodes for passage in split_document(parsed_from_node(parent), options)
        ]


def add_llama_documents(
    documents: Iterable[Document],
    source: str,
    index: PassageIndex,
    registry: SqliteRegistry,
    *,
    node_parser: NodeParser | None = None,
    progress: ProgressListener | None = None,
    options: IngestOptions = DEFAULT_OPTIONS,
) -> IngestReport:
    """Takes in what any LlamaIndex reader loaded, cut by ``node_parser`` or, by default, by clause.

    Give documents ids stable across runs (``SimpleDirectoryReader(filename_as_id=True)``): what has the same id
    is the same document.
    """
    parsed = (_parsed_or_rejected(document, source, node_parser) for document in documents)
    return add_documents(parsed, source, index, registry, progress=progress, options=options)


def parsed_from_node(node: BaseNode) -> ParsedDocument:
    """A LlamaIndex document or node as a document of ours; ids and offsets count in the folded text."""
    facts = node.metadata
    text = structured(node.get_content(metadata_mode=MetadataMode.NONE))
    return describe_text(
        text,
        document_id=node.node_id,
        title=_fact(facts, "title") or title_from(text, fold_line(_fact(facts, "file_name") or "")),
        region=_fact(facts, "region"),
        level=_fact(facts, "level"),
        kind=_fact(facts, "kind"),
        issuer=_fact(facts, "issuer"),
        promulgated=read_date(_fact(facts, "date")),
    )


def _parsed_or_rejected(document: Document, source: str, node_parser: NodeParser | None) -> ParsedDocument | Rejection:
    parsed = parsed_from_node(document)
    if not has_substance(parsed.text):
        return SourceRejected(RejectReason.EMPTY).rejection(f"{source}#{document.node_id}", document.node_id)
    return parsed if node_parser is None else _cut_by(node_parser, document, parsed)


def _cut_by(node_parser: NodeParser, document: Document, parsed: ParsedDocument) -> ParsedDocument:
    """The document with the third-party cuts: in its text where they are found there, else one after another."""
    nodes = node_parser.get_nodes_from_documents([document])
    pieces = [(text, _header_path(node.metadata)) for node in nodes if (text := _words(node))]
    whole = _words(document)
    spans = tuple(_located(whole, pieces))
    if len(spans) < len(pieces):
        whole = "\n\n".join(text for text, _ in pieces)
        spans = tuple(_located(whole, pieces))
    return ParsedDocument(parsed.document, whole, spans, repeals=parsed.repeals)


def _located(whole: str, pieces: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[Span]:
    """Where each piece stands, in order; pieces may overlap, so the search goes on behind the last start only."""
    position = 0
    for text, path in pieces:
        start = whole.find(text, position)
        if start < 0:
            return
        yield Span(start, start + len(text), path)
        position = start + 1


def _words(node: BaseNode) -> str:
    return fold_text(node.get_content(metadata_mode=MetadataMode.NONE))


def _header_path(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Markdown parsers of LlamaIndex put ``/Heading/Subheading/`` here."""
    return tuple(part for part in str(metadata.get("header_path") or "").split("/") if part)


def _node(passage: Passage, parent: BaseNode) -> TextNode:
    validity = passage.validity
    facts = {
        "title": passage.title,
        "path": list(passage.path),
        "clause": passage.clause,
        "effective_from": validity.effective_from.isoformat() if validity.effective_from else None,
        "repealed_on": validity.repealed_on.isoformat() if validity.repealed_on else None,
    }
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata={**parent.metadata, **facts},
        relationships={NodeRelationship.SOURCE: parent.as_related_node_info()},
        start_char_idx=passage.start,
        end_char_idx=passage.end,
    )


def _fact(facts: Mapping[str, Any], key: str) -> str | None:
    value = facts.get(key)
    return str(value) if value else None
