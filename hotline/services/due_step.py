"""A step of supervision that is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from routing_rules.supervising import Step

AnyStep = Step | Literal["acknowledge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step to be taken now. ``to`` holds unit codes and roles (``desk``, ``supervisor``, ``office``); ``row`` its rule."""

    step: AnyStep
    mark: str
    why: str
    to: tuple[str, ...] = ()
    clock: str | None = None
    due: datetime | None = None
    row: str = ""
