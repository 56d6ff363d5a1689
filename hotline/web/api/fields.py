"""Kinds of fields that requests share: times, identifiers, paths."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from hotline.errors import InvalidInput, NotFound

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""No order of a 12345 hotline is older, no limit runs longer: a time outside of these is a mistake."""
AHEAD: Final = timedelta(hours=1)
"""How far a clock elsewhere may be ahead; eight hours would be UTC taken for Beijing time."""


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("应为 ISO 8601 时间,例如 2026-11-23T09:30:00+08:00")
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("不是有效的时间,应为 ISO 8601,例如 2026-11-23T09:30:00+08:00") from None


def _identifier(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("不能为空白,也不能含有控制字符")
    return value


def _printable(value: str) -> str:
    if not all(char.isprintable() for char in value):
        raise ValueError("不能含有控制字符")
    return value


def known_shape(what: str) -> AfterValidator:
    def check(value: str) -> str:
        # What cannot be an id of ours is no id of ours: not found, and it never reaches the database.
        if not (value.isascii() and value.replace("-", "").isalnum() and len(value) <= 64):
            raise NotFound(what, value[:64] if value.isprintable() else "?")
        return value

    return AfterValidator(check)


_TIME_SCHEMA: dict[str, Any] = {
    "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$",
    "description": "ISO 8601;无时区的按本地时间计", "examples": ["2026-11-23T09:30:00+08:00"],
}  # fmt: skip

Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_TIME_SCHEMA)]
"""A time as it was sent: aware, or naive and then meant in the pack's zone (exports of offices have local times)."""
Identifier = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_identifier)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_printable)]
Code = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_identifier)]
Hashes = Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]], Field(max_length=20, default_factory=list)]
Said = Annotated[str, Field(max_length=20_000)]
OrderId = Annotated[str, Path(description="工单编号"), known_shape("order")]
CallId = Annotated[str, Path(description="来电编号"), known_shape("call")]
AsideId = Annotated[str, Path(description="异常件编号"), known_shape("set-aside")]


class Request(BaseModel):
    """A request's body: an unknown field is a mistake and is named, a number is no text."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def aware(moment: datetime, zone: ZoneInfo, *, name: str, latest: datetime = LATEST) -> datetime:
    """Return the moment in UTC, a naive one taken as local in ``zone``. Raises ``InvalidInput`` when it cannot be true."""
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        moment = datetime.max.replace(tzinfo=UTC)
    if not EARLIEST <= moment <= latest:
        raise InvalidInput(f"{name} is out of range", message=f"{name} 的时间不可能:早于 2000 年,或晚于允许的时间,请核对时区")
    return moment


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
