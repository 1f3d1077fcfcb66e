"""The description of the JSON API (OpenAPI 3.1), made from one table of routes and the forms in force."""

from __future__ import annotations

import json
from typing import Any

from engine.bundles import Bundle
from engine.errors import CODES

ID = {"type": "string", "description": "opaque id"}
MOMENT = {"type": "string", "format": "date-time"}
DATA = {"type": "object", "description": "answers of a form: see components.schemas"}
PAGED = ["page", "size"]

# method, path, summary, body properties (required first with *), query parameters, status of success
ROUTES: list[tuple[str, str, str, dict[str, Any], list[str], int]] = [
    ("get", "/me", "当前用户及其岗位", {}, [], 200),
    ("get", "/processes", "已发布的流程", {}, [], 200),
    ("post", "/attachments", "上传附件（multipart，字段 file）", {}, [], 201),
    ("get", "/attachments/{id}", "下载附件", {}, [], 200),
    ("get", "/cases", "案件列表", {}, ["process", "state", "status", "text", "since", "until", *PAGED], 200),
    (
        "post",
        "/cases",
        "立案；data 为首个环节的表单，同一事务办理",
        {
            "process*": {"type": "string"},
            "data": DATA,
            "parent": ID,
            "relation": {"type": "string"},
            "trigger": {"type": "string", "description": "移交事由；同一案件就同一事由只移交一次"},
            "org": ID,
        },
        [],
        201,
    ),
    ("get", "/cases/{id}", "案件全貌", {}, [], 200),
    ("delete", "/cases/{id}", "删除（案件不能删除：一律拒绝，对只能补充的事项记下这次尝试）", {}, [], 422),
    ("get", "/cases/{id}/history", "办理记录", {}, [], 200),
    ("get", "/cases/{id}/clocks", "期限及其计算过程", {}, [], 200),
    ("get", "/cases/{id}/documents", "文书", {}, [], 200),
    ("post", "/cases/{id}/acts/{act}", "随时可办事项", {"data": DATA}, [], 200),
    ("get", "/cases/{id}/volume", "案卷：尚缺的材料、装订进度和目录", {}, [], 200),
    ("post", "/cases/{id}/volume", "在后台生成案卷", {}, [], 201),
    ("get", "/cases/{id}/volume.pdf", "案卷 PDF", {}, [], 200),
    ("get", "/cases/{id}/watch", "涉罪提示", {}, [], 200),
    ("post", "/cases/{id}/watch/{row}", "说明不移送的理由", {"reason*": {"type": "string"}}, [], 200),
    (
        "post",
        "/cases/{id}/correct",
        "更正已填内容",
        {"step*": {"type": "string"}, "data*": DATA, "reason*": {"type": "string"}, "item": {"type": "integer"}},
        [],
        200,
    ),
    (
        "post",
        "/cases/{id}/reverse",
        "冲回最后一项登记（由第二人办理，流程回到该项登记之前）",
        {"seq*": {"type": "integer"}, "reason*": {"type": "string"}},
        [],
        200,
    ),
    (
        "post",
        "/cases/{id}/terminate",
        "终止或并案",
        {"reason*": {"type": "string"}, "into": {"type": "string"}},
        [],
        200,
    ),
    ("get", "/documents/{id}.pdf", "文书 PDF", {}, [], 200),
    ("post", "/documents/{id}/issue", "签发：取号并固定内容", {}, [], 200),
    (
        "post",
        "/documents/{id}/serve",
        "送达",
        {
            "method*": {"type": "string"},
            "served_at*": MOMENT,
            "receipt": ID,
            "addressee": {"type": "string"},
            "refused_note": {"type": "string"},
        },
        [],
        200,
    ),
    ("post", "/documents/{id}/void", "作废", {"reason*": {"type": "string"}}, [], 200),
    ("get", "/tasks", "收件箱", {}, ["box", "sort", "lamp", "text", "process", *PAGED], 200),
    ("get", "/tasks/{id}", "任务及其表单", {}, [], 200),
    ("post", "/tasks/{id}/claim", "领取", {}, [], 200),
    ("post", "/tasks/{id}/release", "释放", {}, [], 200),
    ("post", "/tasks/{id}/assign", "转办", {"to*": {"type": "string"}, "reason*": {"type": "string"}}, [], 200),
    ("post", "/tasks/{id}/remind", "催办", {"text": {"type": "string"}}, [], 200),
    ("post", "/tasks/{id}/draft", "暂存", {"data*": DATA}, [], 200),
    ("post", "/tasks/{id}/complete", "提交", {"revision": {"type": "integer"}, "data*": DATA}, [], 200),
    (
        "get",
        "/registers/{id}",
        "台账（format=json|xlsx）",
        {},
        ["format", "status", "org", "since", "until", "lamp", "text", *PAGED],
        200,
    ),
]
REFUSALS = {
    "401": "未登录或令牌无效",
    "403": "没有权限（E-COM-04）",
    "404": "不存在或无权知悉",
    "409": "状态已变或他人在先（E-COM-05）",
    "422": "未通过校验，errors 列出全部错误",
}


def describe(bundles: list[Bundle]) -> dict[str, Any]:
    """Return the OpenAPI document; every published form is a schema named `<process>.<step>`."""
    paths: dict[str, Any] = {}
    for method, path, summary, body, query, status in ROUTES:
        paths.setdefault(path, {})[method] = _operation(method, path, summary, body, query, status)
    schemas = {
        f"{bundle.process}.{step}": schema_of(bundle, step) for bundle in bundles for step in sorted(bundle.forms)
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "安督 API", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM, **schemas},
        },
    }


def schema_of(bundle: Bundle, step: str) -> dict[str, Any] | None:
    """Return the JSON Schema of a step's form as its file says it, or None where a step has no form."""
    folder = bundle.steps[step].folder if step in bundle.steps else bundle.process
    data = bundle.files.get(f"forms/{folder}/{step}.json")
    return json.loads(data) if data is not None else None


PROBLEM = {
    "type": "object",
    "properties": {
        "status": {"type": "integer"},
        "code": {
            "type": "string",
            "description": "本系统的错误编码，如 HZ-E05；流程之外的编码："
            + "；".join(f"{code} {text}" for code, text in CODES.items()),
        },
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "errors": {"type": "array", "items": {"type": "object"}},
        "by": {"type": ["string", "null"]},
        "at": {"type": ["string", "null"], "format": "date-time"},
    },
    "required": ["status", "code", "detail"],
}


def _operation(
    method: str, path: str, summary: str, body: dict[str, Any], query: list[str], status: int
) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("id", "act", "row")
        if "{" + name + "}" in path
    ]
    parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in query]
    answers: dict[str, Any] = {str(status): {"description": "成功"}}
    for code, words in REFUSALS.items():
        answers[code] = {
            "description": words,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    found: dict[str, Any] = {"summary": summary, "operationId": _name(method, path), "responses": answers}
    if parameters:
        found["parameters"] = parameters
    if body:
        properties = {name.rstrip("*"): schema for name, schema in body.items()}
        required = [name.rstrip("*") for name in body if name.endswith("*")]
        schema = {"type": "object", "properties": properties, "required": required}
        found["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    elif path == "/attachments":
        file = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
        found["requestBody"] = {"content": {"multipart/form-data": {"schema": file}}}
    return found


def _name(method: str, path: str) -> str:
    parts = [part.strip("{}").replace(".pdf", "") for part in path.strip("/").split("/")]
    return "_".join([method, *parts]).replace("}", "").replace("{", "")
