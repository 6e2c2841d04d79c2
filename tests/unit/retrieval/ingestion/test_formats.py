"""Sound files of every format."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from retrieval.ingestion.formats.docx import extract_docx
from retrieval.ingestion.formats.html import extract_html
from retrieval.ingestion.formats.pdf import extract_pdf
from retrieval.ingestion.formats.plain import decode_text
from retrieval.ingestion.parse import DocumentDefaults, read_source
from retrieval.ingestion.parsed import ParsedDocument
from retrieval.ingestion.split import split_document
from tests.unit.retrieval.ingestion.file_makers import make_docx, make_pdf, paragraph

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(number: int, shape: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0">{level(0, "chineseCounting", "第%1条")}'
    f"{level(1, 'chineseCounting', '（%2）')}{level(2, 'decimal', '%3.')}</w:abstractNum>"
    f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "")}</w:abstractNum>'
    '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>'
    "</w:numbering>"
)
STYLES = (
    f'<w:styles {_W}><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="9"><w:name w:val="章标题"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="5"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style></w:styles>'
)
PARTS = {"word/numbering.xml": NUMBERING.encode(), "word/styles.xml": STYLES.encode()}


def test_automatic_numbers_of_word_are_written_out() -> None:
    body = "".join([
        paragraph("供热办法", style="1"), paragraph("总则", style="9"), paragraph("为了规范。", numbering=(7, 0)),
        paragraph("包括：", style="5"), paragraph("居民；", numbering=(7, 1)), paragraph("楼房；", numbering=(7, 2)),
        paragraph("单位。", numbering=(7, 1)), paragraph("施行。", numbering=(7, 0)), paragraph("要点", numbering=(8, 0)),
    ])  # fmt: skip
    assert extract_docx(make_docx(body, extra=PARTS)).text.split("\n") == [
        "# 供热办法", "## 总则", "第一条 为了规范。", "第二条 包括：", "（一）居民；", "1. 楼房；", "（二）单位。",
        "第三条 施行。", "- 要点",
    ]  # fmt: skip


def test_a_document_that_word_would_write_is_read() -> None:
    document = docx.Document()
    document.add_heading("收费公示", 1)
    document.add_paragraph("每月结算。\n逾期加收。")
    table = document.add_table(3, 2)
    for row, cells in zip(table.rows, [("项目", "单价"), ("居民", "5元"), ("商户", "8元")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    lines = extract_docx(buffer.getvalue()).text.split("\n")
    assert lines == [
        "# 收费公示",
        "每月结算。",
        "逾期加收。",
        "| 项目：居民 | 单价：5元 |",
        "| 项目：商户 | 单价：8元 |",
    ]


def test_lines_of_a_pdf_are_joined_to_paragraphs_and_page_numbers_dropped() -> None:
    first = [
        "关于做好供热工作的通知",
        "各街道办事处：为做好今冬明春居民供热工作，现就有关事项通知如下，请",
        "认真贯彻执行。",
    ]
    second = ["一、供热时间", "当年十一月十五日至次年三月十五日，供热单位应当按照规定时间足额供", "热，不得推迟。"]
    extract = extract_pdf(make_pdf([[*first, "- 1 -"], [*second, "- 2 -"]]), 10)
    assert extract.text.split("\n") == [
        "关于做好供热工作的通知",
        "各街道办事处：为做好今冬明春居民供热工作，现就有关事项通知如下，请认真贯彻执行。",
        "一、供热时间",
        "当年十一月十五日至次年三月十五日，供热单位应当按照规定时间足额供热，不得推迟。",
    ]


def test_headers_that_most_pages_repeat_are_dropped() -> None:
    pages = [["某区人民政府文件", f"第{word}页说明供热单位的一项义务。"] for word in "甲乙丙丁"]
    text = extract_pdf(make_pdf(pages), 10).text
    assert "某区人民政府文件" not in text
    assert text.count("供热单位") == 4


def test_pages_without_text_among_others_are_reported() -> None:
    pages = [["供热期内室温不低于十八度。"], []]
    extract = extract_pdf(make_pdf(pages, image=True), 10)
    assert extract.text == "供热期内室温不低于十八度。"
    assert extract.warnings == ("第 2 页没有文字层，需OCR，未收入",)


def test_tables_lists_and_headings_of_a_page_are_kept_and_its_frame_dropped() -> None:
    page = """<html><head><title>养老补贴指南_某区政府网</title></head><body><div class="top">某区人民政府欢迎您访问本网站</div>
    <div class="main"><h1>养老补贴指南</h1><p>为做好养老服务工作，现将办理补贴的有关事项说明如下。</p>
    <table><tr><th>项目</th><th>标准</th></tr><tr><td rowspan="2">困难补贴</td><td>300元</td></tr><tr><td>200元</td></tr>
    <tr><td colspan="2">合计</td></tr></table>
    <ul><li>身份证<b>原件</b></li><li>户口簿</li></ul></div><footer>版权所有</footer></body></html>"""
    extract = extract_html(page.encode())
    assert extract.title == "养老补贴指南"
    assert [line for line in extract.text.split("\n") if line] == [
        "# 养老补贴指南",
        "为做好养老服务工作，现将办理补贴的有关事项说明如下。",
        "| 项目：困难补贴 | 标准：300元 |",
        "| 项目：困难补贴 | 标准：200元 |",
        "| 项目：合计 | 标准：合计 |",
        "- 身份证原件",
        "- 户口簿",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_is_read_in_the_encodings_of_official_files(encoding: str) -> None:
    assert decode_text("供热期内，室温不低于18℃。".encode(encoding)) == "供热期内，室温不低于18℃。"


def test_pages_in_gbk_are_read() -> None:
    page = '<html><head><meta charset="gbk"></head><body><p>供热期内居民室温不低于十八度。</p></body></html>'
    assert "供热期内居民室温" in extract_html(page.encode("gbk")).text


def test_files_get_the_given_facts_and_the_facts_they_state(tmp_path: Path) -> None:
    (tmp_path / "通知.txt").write_text(
        "关于做好供热工作的通知\n一、供热期内室温不低于十八度。\n某区人民政府办公室\n2024年10月8日", encoding="utf-8"
    )
    (parsed,) = read_source(tmp_path, defaults=DocumentDefaults(region="北京", level="区级文件", issuer="某区政府"))
    assert isinstance(parsed, ParsedDocument)
    document = parsed.document
    assert (document.title, document.region, document.level) == ("关于做好供热工作的通知", "北京市", "区级文件")
    assert document.issuer == "某区政府"
    assert str(document.validity.effective_from) == "2024-10-08"


def test_markdown_without_front_matter_is_read_by_its_headings(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 供热须知\n\n## 室温\n供热期内室温不低于十八度。\n", encoding="utf-8")
    (parsed,) = read_source(tmp_path / "a.md")
    assert isinstance(parsed, ParsedDocument)
    assert parsed.document.title == "供热须知"
    assert [passage.path for passage in split_document(parsed)] == [("室温",)]
