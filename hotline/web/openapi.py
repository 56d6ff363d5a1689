"""The OpenAPI document: FastAPI's own, with the key, and problem details in place of its error shapes."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hotline.web.idempotency import HEADER, ONLY_ASKS
from hotline.web.problems import MEDIA_TYPE

_PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem", "description": "RFC 9457", "type": "object",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "code": {"type": "string"}, "instance": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object", "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}  # fmt: skip
_REFUSALS: Final = {
    "400": "请求无法读取", "401": "未登录", "403": "无权", "404": "没有找到", "409": "与现状冲突",
    "412": "已不是请求所指的版本", "413": "内容过大", "422": "内容有误", "429": "失败次数过多", "503": "暂时不可用",
}  # fmt: skip
_UNUSED: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Let ``app.openapi()`` return the document, made once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(get_openapi(title=app.title, version=app.version, routes=app.routes))
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _described(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "hotline key new --role ROLE [--unit CODE]"},
        "session": {"type": "apiKey", "in": "cookie", "name": "hotline_session", "description": "写操作另需 X-CSRF-Token"},
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith("/api/"):
                operation["security"] = [{"key": []}, {"session": []}]
                operation["responses"].update(_refusals())
        if "post" in operations and path.startswith("/api/"):
            operations["post"].setdefault("parameters", []).extend(_conditions(path))
    return document


def _conditions(path: str) -> list[dict[str, Any]]:
    """Return the headers that a POST may carry beside its body."""
    found = (
        [] if ONLY_ASKS.fullmatch(path) else [_header(HEADER, "同一请求重发时用同一个值:24 小时内只执行一次", {"maxLength": 255})]
    )
    if path.startswith(("/api/v1/orders/{order_id}", "/api/v1/assessments/{month}")):
        found.append(_header("If-Match", '查询时返回的 ETag,例如 "3":内容已变化则不执行,返回 412', {}))
    return found


def _header(name: str, description: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string", **more}}


def _refusals() -> dict[str, Any]:
    shape = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": description, "content": shape} for status, description in _REFUSALS.items()}
