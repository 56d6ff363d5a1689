"""Ratings 好差评: five levels, one for an order's round and channel, never overwritten (国办发〔2019〕51号)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from hotline.errors import InvalidInput

Solved = Literal["yes", "partly", "no"]
SOLVED: tuple[Solved, ...] = get_args(Solved)
LEVELS: Final = range(1, 6)
"""非常满意 5, 满意 4, 基本满意 3, 不满意 2, 非常不满意 1."""
BAD: Final = 2
"""Up to this level a rating is a bad one 差评: it is checked."""
PRE: Final = "pre"
"""The channel of our own call about an order from above 预回访: it never counts in the satisfaction rate."""
CHANNELS: Final = ("phone", PRE, "message", "web", "app", "letter", "upstream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What the citizen said of a round, by one channel; ``reason`` is why it is not solved or not satisfied.

    ``solved`` and ``reason`` may be missing: the regional system 好差评 sends levels alone.
    """

    order_id: str
    round: int
    channel: str
    level: int
    at: datetime
    actor: str
    solved: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no rating."""
        if self.level not in LEVELS:
            raise InvalidInput("a level is 1 to 5", message="满意度只能为 1 至 5")
        if self.channel not in CHANNELS:
            raise InvalidInput(f"channel must be one of {CHANNELS}", message="评价渠道不在可选范围内")
        if self.solved is not None and self.solved not in SOLVED:
            raise InvalidInput(f"solved must be one of {SOLVED}", message="是否解决只能为:已解决、部分解决、未解决")

    @property
    def key(self) -> tuple[str, int, str]:
        """What there is one of."""
        return self.order_id, self.round, self.channel

    @property
    def bad(self) -> bool:
        """Whether it is a 差评."""
        return self.level <= BAD
