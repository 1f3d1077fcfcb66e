"""What a file is before it is a diagram."""

from __future__ import annotations

from tests.engine.spiff.corpus.building import BILLION, OUTSIDE, Refused, changed, many, plain
from tests.engine.spiff.drawing import HEAD, document

FILES = [
    Refused("实体炸弹", changed("<bpmn:definitions", BILLION + "<bpmn:definitions"), "", "DOCTYPE"),
    Refused("外部实体", changed("<bpmn:definitions", OUTSIDE + "<bpmn:definitions"), "", "DOCTYPE"),
    Refused("空的 DOCTYPE", changed("<bpmn:definitions", "<!doctype x>\n<bpmn:definitions"), "", "DOCTYPE"),
    Refused("超过 2 MB", document(plain()) + b" " * (2 << 20), "", "2 MB"),
    Refused("空文件", b"", "", "XML"),
    Refused("不是 XML", b"PK\x03\x04", "", "XML"),
    Refused("截断", document(plain())[:-30], "", "XML"),
    Refused("未知编码", changed("UTF-8", "EBCDIC-CP-US"), "", "编码"),
    Refused("编码与声明不符", document(plain()).decode().replace("承办人", "承办人").encode("gbk"), "", "编码"),
    Refused("HTML", b"<html><body/></html>", "", "不是 BPMN"),
    Refused("旧命名空间", changed("20100524/MODEL", "20090101/MODEL"), "", "不是 BPMN"),
    Refused("元素过多", many(700), "", "2000"),
    Refused("嵌套过深", (HEAD + "<bpmn:x>" * 400 + "</bpmn:x>" * 400 + "</bpmn:definitions>").encode(), "", "XML"),
]
