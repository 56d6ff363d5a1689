"""The units of the pack in force, for pickers."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from hotline.web.auth import AnyUser
from hotline.web.parts import UsesParts

router = APIRouter(prefix="/api/v1/units", tags=["承办单位"])


class UnitView(BaseModel):
    """A unit; only one that ``gets_orders`` may be chosen."""

    code: str
    name: str
    level: str
    parent: str | None
    gets_orders: bool


class UnitList(BaseModel):
    """Every unit, in the order of the pack's files."""

    units: list[UnitView]


@router.get("")
def list_units(parts: UsesParts, _who: AnyUser) -> UnitList:
    """List the units."""
    units = parts.books.current().units.values()
    return UnitList(
        units=[UnitView(code=u.code, name=u.name, level=u.level, parent=u.parent, gets_orders=u.gets_orders) for u in units]
    )
