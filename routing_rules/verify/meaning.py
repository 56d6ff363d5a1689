"""The checks of what the tables mean, beyond what their rows cover: in the order in which an office reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.verify.assisting import check_assists
from routing_rules.verify.base_level import check_base_level
from routing_rules.verify.basics import check_basics
from routing_rules.verify.clashes import Clashes
from routing_rules.verify.limits import check_limits
from routing_rules.verify.persons import check_persons
from routing_rules.verify.prover import Prover
from routing_rules.verify.recusal import check_accused
from routing_rules.verify.registries import check_registries
from routing_rules.verify.steps import check_supervision
from routing_rules.verify.windows import check_windows


def check_times(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add what the limits have against each other, asked of one and the same year."""
    clashes = Clashes(pack, prover)
    check_limits(pack, prover, clashes, findings)
    check_windows(pack, clashes, findings)


CALLED: Final[Mapping[object, str]] = {
    check_persons: "须人工派单的工单会不会自动派出",
    check_accused: "投诉会不会派给被反映的单位",
    check_assists: "协办是否就是主办",
    check_base_level: "部门事项会不会派给街道",
    check_times: "时限之间是否矛盾",
    check_supervision: "督办各步的先后",
}
"""What is not known when a check that is a proof stops."""
MEANING: Final = (
    check_registries,
    check_basics,
    check_persons,
    check_accused,
    check_assists,
    check_base_level,
    check_times,
    check_supervision,
)
