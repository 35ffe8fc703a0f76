"""Workbooks made by hand: the parts of an .xlsx file, and cells as a spreadsheet writes them."""

import io
import zipfile
from xml.sax.saxutils import escape

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATE, CLOCK = "1", "2"  # styles of a cell: a date with time, and a time of day


def cell(value: object, style: str = "") -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    return f'<c s="{style or 0}"><v>{value!r}</v></c>'


def sheet(*rows: list[object]) -> str:
    lines = "".join(
        f"<row>{''.join(cell(*each) if isinstance(each, tuple) else cell(each) for each in row)}</row>" for row in rows
    )
    return f'<worksheet xmlns="{_NS}"><sheetData>{lines}</sheetData></worksheet>'


def workbook(*sheets: str, **more: bytes) -> bytes:
    names = "".join(f'<sheet name="Day {n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    styles = (
        f'<styleSheet xmlns="{_NS}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="21"/>'
        "</cellXfs></styleSheet>"
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="rIdS" Type="{_REL}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_NS}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.xml": styles,
    } | {f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, 1)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, content in more.items():
            archive.writestr(name, content)
    return packed.getvalue()
