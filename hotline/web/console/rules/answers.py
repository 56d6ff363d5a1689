"""What the tables answered, in a clerk's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hotline.web.console.clocktext import Times
from routing_rules.names import CLOCK_NAMES, FACT_NAMES, START_NAMES, STEP_NAMES
from routing_rules.pack import Pack
from routing_rules.wording import cell_words, output_words

NOT_FITTING: Final = {"valid_from": "尚未生效", "valid_to": "已经失效"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A row that answered: what it says, why it fits, and the rows above that missed by one condition (``near``)."""

    table: str
    name: str
    says: str
    detail: str
    row: str
    fits: list[str]
    near: list[str]
    source: str
    confirmed: bool
    care: str = ""


def answers(pack: Pack, found: dict[str, Any], times: Times) -> list[Answer]:
    """Return the answers of ``explain``: dispatch first, then each clock, then supervision."""
    limits = [_limit(pack, one, times) for one in found["deadline"]]
    return [_dispatch(pack, found["dispatch"]), *limits, *(_step(pack, one) for one in found.get("supervision", ()))]


def _dispatch(pack: Pack, said: dict[str, Any]) -> Answer:
    assists = f"协办 {'、'.join(said['assist_names'])}" if said["assist_names"] else ""
    detail = [assists, "可自动派单" if said["auto"] else "须人工派单", said["why"]]
    care = said["unresolved"] or said["person"] or ("兜底行:没有对应的派单规则" if said["fallback"] else "")
    says = said["lead_name"] or "留在派单台"
    return _answer(pack, said, "dispatch", "派单", says, ";".join(part for part in detail if part), care)


def _limit(pack: Pack, said: dict[str, Any], times: Times) -> Answer:
    length = f"{said['amount']} {output_words(pack, 'unit', said['unit'])}"
    starts = f"自{START_NAMES.get(said['starts'], said['starts'])}起"
    due = said.get("due")
    says = f"{length},{starts}" + (f",{times.absolute(datetime.fromisoformat(due))} 到期" if due else "")
    return _answer(pack, said, "deadlines", CLOCK_NAMES.get(said["clock"], said["clock"]), says, said.get("why", ""))


def _step(pack: Pack, said: dict[str, Any]) -> Answer:
    words = (output_words(pack, "when", said["when"]), str(said["amount"]), output_words(pack, "unit", said["unit"]))
    when = " ".join(part for part in (CLOCK_NAMES.get(said["clock"], ""), *words) if part)
    to = output_words(pack, "to", ";".join(said["to"]))
    name = STEP_NAMES.get(said["step"], said["step"])
    return _answer(pack, said, "supervision", name, f"{when},通知 {to}", said.get("why", ""))


def _answer(pack: Pack, said: dict[str, Any], table: str, name: str, says: str, detail: str, care: str = "") -> Answer:
    return Answer(
        table=table, name=name, says=says, detail=detail, row=said["rule_id"], care=care,
        fits=[_condition(pack, one) for one in said["matched"]],
        near=[_near(pack, one) for one in said.get("near", ())], source=said["source"], confirmed=said["confirmed"],
    )  # fmt: skip


def _near(pack: Pack, one: dict[str, Any]) -> str:
    if one["fact"] in NOT_FITTING:
        return f"{one['rule_id']}:{NOT_FITTING[one['fact']]}({one['cell']})"
    return f"{one['rule_id']}:须 {_condition(pack, one)}"


def _condition(pack: Pack, one: dict[str, Any]) -> str:
    return f"{FACT_NAMES.get(one['fact'], one['fact'])} {cell_words(pack, one['fact'], one['cell'])}"
