"""How the templates look: A4, 仿宋 body and 黑体 headings after GB/T 9704-2012, tables with borders, page numbers.

Used by what makes templates only. Sizes of type are in points, 三号 = 16, 小四 = 12, 五号 = 10.5.
"""

from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, HEADING, LATIN = "仿宋", "黑体", "Times New Roman"
CENTER, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY


class Page:
    """A document under construction."""

    def __init__(self, title: str, margins: tuple[int, int, int, int] = (37, 26, 35, 28), size: float = 16) -> None:
        """`margins` in mm: top, right, bottom, left. `size` of the body's type."""
        self.docx: Docx = Document()
        self.size = size
        section = self.docx.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, margins)
        section.footer_distance = Mm(min(margins[2] - 8, 20))
        self.width = Mm(210 - margins[1] - margins[3])
        style = self.docx.styles["Normal"]
        style.font.size = Pt(size)
        style.font.name = LATIN
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-US")  # else a Chinese line break falls inside a number
        language.set(qn("w:eastAsia"), "zh-CN")
        style.element.get_or_add_rPr().append(language)
        self.docx.styles["Footer"].font.size = Pt(10.5)
        properties = self.docx.core_properties
        properties.title, properties.author, properties.comments = title, "", ""
        properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 (python-docx wants it naive)

    def title(self, text: str, size: float = 22, new_page: bool = False) -> Paragraph:
        """The document's title."""
        paragraph = self.line(text, align=CENTER, size=size, font=HEADING, after=6)
        paragraph.paragraph_format.page_break_before = new_page
        return paragraph

    def heading(self, text: str) -> Paragraph:
        """A heading of the first level: 一、…"""
        paragraph = self.line(text, font=HEADING, indent=True, before=4)
        paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def text(self, text: str, bold: bool = False, keep: bool = False) -> Paragraph:
        """A paragraph of the body, its first line indented by two characters."""
        paragraph = self.line(text, indent=True, align=JUSTIFY, bold=bold)
        paragraph.paragraph_format.keep_with_next = keep
        return paragraph

    def tag(self, text: str) -> None:
        """A paragraph that holds a tag of docxtpl only, and is gone afterwards."""
        self.docx.add_paragraph(text)

    def line(
        self,
        text: str,
        *,
        align: WD_ALIGN_PARAGRAPH = LEFT,
        size: float = 0,
        font: str = BODY,
        bold: bool = False,
        indent: bool = False,
        before: float = 0,
        after: float = 0,
    ) -> Paragraph:
        """One paragraph."""
        paragraph = self.docx.add_paragraph()
        set_text(paragraph, text, size or self.size, font, bold, align)
        form = paragraph.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt((size or self.size) * 1.75)
        if indent:
            indent_two_characters(paragraph, size or self.size)
        return paragraph

    def table(self, widths: Sequence[int], size: float = 12) -> Table:
        """An empty table with borders; `widths` in mm."""
        self.gap(4)
        self.docx.paragraphs[-1].paragraph_format.keep_with_next = True
        table: Table = self.docx.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for name in ("left", "right"):
            _cell_margin(table, name, 100)
        self._cell_size = size
        return table

    def row(
        self,
        table: Table,
        cells: Sequence[str],
        *,
        head: bool = False,
        keep: bool = False,
        aligns: Sequence[WD_ALIGN_PARAGRAPH] = (),
        height: float = 8,
    ) -> _Row:
        """A row; `height` in mm at least. A head is repeated on each page; what is kept stays with what follows."""
        row: _Row = table.add_row()  # type: ignore[no-untyped-call]
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        _mark_row(row, "w:cantSplit")
        if head:
            _mark_row(row, "w:tblHeader")
        for index, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = table.columns[index].width
            align = CENTER if head or index >= len(aligns) else aligns[index]
            fill_cell(cell, text, self._cell_size, HEADING if head else BODY, align)
            cell.paragraphs[0].paragraph_format.keep_with_next = keep or head
        return row

    def tag_row(self, table: Table, text: str) -> None:
        """A row that holds a {%tr … %} tag only, and is gone afterwards."""
        row: _Row = table.add_row()  # type: ignore[no-untyped-call]
        row.cells[0].paragraphs[0].add_run(text)

    def gap(self, points: float = 12) -> None:
        """Some space."""
        self.line("", size=points / 1.75)

    def page_numbers(self) -> None:
        """第 1 页 共 3 页, at the foot."""
        paragraph = self.docx.sections[0].footer.paragraphs[0]
        paragraph.alignment = CENTER
        for part in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
            if part.isupper():
                _field(paragraph, part)
            else:
                set_font(paragraph.add_run(part), 10.5, "宋体")

    def seal(self, who: str, when: str) -> None:
        """Place for seal (盖章) and date, at the right, never alone on a page."""
        self.docx.paragraphs[-1].paragraph_format.keep_with_next = True
        self.gap(30)
        self.docx.paragraphs[-1].paragraph_format.keep_with_next = True
        for text in (f"{who}（盖章）", when):
            paragraph = self.line(text, align=RIGHT)
            paragraph.paragraph_format.right_indent = Pt(self.size * 2)
            paragraph.paragraph_format.keep_together = True
        self.docx.paragraphs[-2].paragraph_format.keep_with_next = True

    def seal_beside(self, picture: str, who: str, when: str) -> None:
        """A picture's tag at the left, beside the place for seal and date, never on two pages nor alone on one."""
        self.docx.paragraphs[-1].paragraph_format.keep_with_next = True
        table: Table = self.docx.add_table(rows=1, cols=2)
        _mark_row(table.rows[0], "w:cantSplit")
        left, right = table.rows[0].cells
        left.paragraphs[0].add_run(picture)
        right.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        for paragraph, text in ((right.paragraphs[0], f"{who}（盖章）"), (right.add_paragraph(), when)):
            set_text(paragraph, text, self.size, BODY, align=CENTER)


def set_text(
    paragraph: Paragraph, text: str, size: float, font: str, bold: bool = False, align: WD_ALIGN_PARAGRAPH = LEFT
) -> None:
    """Fill a paragraph with one run."""
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold = bold or None
    set_font(run, size, font)


def set_font(run: Run, size: float, font: str) -> None:
    """Latin letters and digits in Times New Roman, the rest in `font`."""
    run.font.size, run.font.name = Pt(size), LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def indent_two_characters(paragraph: Paragraph, size: float) -> None:
    """Indent the first line by two characters, whatever their size."""
    paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    paragraph._element.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def fill_cell(cell: _Cell, text: str, size: float, font: str = BODY, align: WD_ALIGN_PARAGRAPH = CENTER) -> None:
    """Fill a cell with one paragraph in its middle."""
    paragraph = cell.paragraphs[0]
    set_text(paragraph, text, size, font, align=align)
    paragraph.paragraph_format.line_spacing = 1.15
    paragraph.paragraph_format.space_after = Pt(0)
    anchor = OxmlElement("w:vAlign")
    anchor.set(qn("w:val"), "center")
    cell._element.get_or_add_tcPr().append(anchor)


def _mark_row(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _cell_margin(table: Table, side: str, twips: int) -> None:
    properties = table._tbl.tblPr
    margins = properties.find(qn("w:tblCellMar"))
    if margins is None:
        margins = OxmlElement("w:tblCellMar")
        properties.append(margins)
    margin = OxmlElement(f"w:{side}")
    margin.set(qn("w:w"), str(twips))
    margin.set(qn("w:type"), "dxa")
    margins.append(margin)


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that the word processor fills in, each of its parts in a run of its own."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("", "1"), ("end", "")):
        run = paragraph.add_run()
        set_font(run, 10.5, "宋体")
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._element.append(element)
        elif text == code:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
            run._element.append(element)
        else:
            run.text = text
