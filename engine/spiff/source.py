"""Reads a BPMN file safely: bounded, without entities or network, in whatever encoding it declares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from engine import errors

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NAMES = {"bpmn": BPMN, "di": DI, "spiff": SPIFF}

LARGEST = 2 << 20
MOST_ELEMENTS = 2000
MOST_NODES = 20_000
ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "gbk", "gb2312", "gb18030", "utf-16"})


@dataclass(frozen=True)
class Finding:
    """One thing a designer should change: where it is, why it cannot stay, what to do."""

    file: str
    element: str
    name: str
    line: int
    reason: str
    remedy: str
    warning: bool = False

    def __str__(self) -> str:
        what = f"“{self.name}”({self.element})" if self.name else self.element
        return f"{self.file} 第{self.line}行 {what}：{self.reason}。{self.remedy}"


class BadDiagram(errors.Refused):
    """A file that cannot be read or compiled; carries what to change."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = list(findings)


def read(data: bytes, file: str) -> etree._Element:
    """Parse one file with no entities, no network, no DOCTYPE and bounded size; raise BadDiagram."""
    if len(data) > LARGEST:
        raise BadDiagram(Finding(file, "", "", 0, "文件超过 2 MB", "请拆分为多个阶段图"))
    try:
        source = _utf8(data)
    except (UnicodeError, LookupError) as problem:
        raise BadDiagram(Finding(file, "", "", 1, f"文件编码无法识别（{problem}）", "请另存为 UTF-8 编码")) from problem
    doctype = re.search(rb"<!\s*(DOCTYPE|ENTITY)", source, re.IGNORECASE)
    if doctype:
        line = source.count(b"\n", 0, doctype.start()) + 1
        raise BadDiagram(Finding(file, "", "", line, "文件含有 DOCTYPE 或实体声明", "请删除 <!DOCTYPE …> 一段"))
    try:
        root = etree.fromstring(source, _parser())
    except etree.XMLSyntaxError as problem:
        line = problem.lineno or 0
        raise BadDiagram(
            Finding(file, "", "", line, f"不是合格的 XML（{problem.msg}）", "请用建模工具重新导出")
        ) from problem
    if root is None or root.tag != f"{{{BPMN}}}definitions":
        raise BadDiagram(
            Finding(file, "", "", 1, "不是 BPMN 2.0 文件（根元素或命名空间不符）", "请用建模工具导出 BPMN 2.0 XML")
        )
    counts = [0, 0]
    for node in root.iter(etree.Element):
        counts[0] += 1
        counts[1] += node.tag.startswith(f"{{{BPMN}}}")
        if counts[0] > MOST_NODES or counts[1] > MOST_ELEMENTS:
            raise BadDiagram(Finding(file, "", "", 0, "图中元素超过 2000 个", "请拆分为多个阶段图"))
    return root


def _parser() -> etree.XMLParser:
    # one parser per call: lxml parsers must not be shared between threads
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _utf8(data: bytes) -> bytes:
    """The same document as UTF-8 bytes, whatever encoding it declares."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = data.decode("utf-16")
    else:
        declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([\w.-]+)[\"']", data[:200])
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding not in ENCODINGS:
            raise LookupError(encoding)
        content = data.decode("utf-8-sig" if encoding in ("utf-8", "utf8") else encoding)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", content, count=1).encode()
