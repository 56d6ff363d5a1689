"""Limits against each other: ordinary and urgent case, a unit's leg and the order, assistants and the lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from routing_rules.deadlines import CLOCKS, Start
from routing_rules.findings import Findings
from routing_rules.names import CLOCK_NAMES, VALUE_NAMES, limit_words
from routing_rules.pack import Pack
from routing_rules.verify.clashes import AT_DISPATCH, BEFORE_DISPATCH, Clashes
from routing_rules.verify.combos import Limited, Role, Ruled
from routing_rules.verify.prover import Claim, Example, Prover
from routing_rules.verify.telling import shown

RISING = (("normal", "urgent"), ("normal", "danger"), ("urgent", "danger"))
"""Pairs of urgencies, the lesser first."""
LEG_CLOCKS = ("sign", "contact", "return_window")


def check_limits(pack: Pack, prover: Prover, clashes: Clashes, findings: Findings) -> None:
    """Add the limits that contradict each other."""
    _check_urgency(pack, clashes, findings)
    _check_legs(pack, clashes, findings)
    _check_margins(pack, prover, clashes, findings)


def _check_urgency(pack: Pack, clashes: Clashes, findings: Findings) -> None:
    """A limit may not be shorter for the ordinary case than for the urgent one, facts otherwise equal."""
    for clock in CLOCKS:
        for urgent in clashes.series(clock):
            comparable = clashes.series(clock, _comparable(urgent))
            for lesser, greater in RISING:
                roles = (Role(comparable, {"urgency": lesser}), Role((urgent,), {"urgency": greater}))
                if _more_time(pack, clashes, roles, findings):
                    break


def _more_time(pack: Pack, clashes: Clashes, roles: tuple[Role[Limited], Role[Limited]], findings: Findings) -> bool:
    found = clashes.first(roles, lambda rows: (rows[0].chain, rows[1].chain), free={"urgency"}, worst=True)
    if found is None:
        return False
    (ordinary, urgent), clash = found
    often = "" if clash.when.always else "有时"
    less, more = (f"{VALUE_NAMES[role.where['urgency']]}事项" for role in roles)
    told = f"{less}({_told(ordinary)}){often}比{more}({_told(urgent)})更短"
    said = f"{limit_words(urgent.given.clock)}:{told};{clash.times(less, more)}"
    tell = findings.error if clash.when.always else findings.warn
    tell(urgent.table.name, urgent.row.id, said, "urgency", others=(ordinary.row.id,), **shown(pack, clash.example, 1))
    return True


def _comparable(urgent: Limited) -> frozenset[Start]:
    """Return how an ordinary limit starts that may be held against the urgent one: together with it, or no later."""
    starts = urgent.given.starts
    return frozenset((starts, *BEFORE_DISPATCH)) if starts in AT_DISPATCH else frozenset((starts,))


def _check_legs(pack: Pack, clashes: Clashes, findings: Findings) -> None:
    """A unit's own limits may not run beyond the order's answer, nor when the dispatch took all the time it has."""
    for clock in LEG_CLOCKS:
        for leg in clashes.series(clock):
            if leg.given.starts in (*AT_DISPATCH, "received") and not _leg_beyond(pack, clashes, leg, findings):
                _leg_late(pack, clashes, leg, findings)


def _leg_beyond(pack: Pack, clashes: Clashes, leg: Limited, findings: Findings) -> bool:
    roles = (Role(clashes.series("answer")), Role((leg,)))
    found = clashes.first(roles, lambda rows: (rows[0].chain, rows[1].chain))
    if found is None:
        return False
    (answer, _), clash = found
    said = f"{_called(leg)}超出答复时限({_told(answer)});{clash.times('答复', CLOCK_NAMES[leg.given.clock])}"
    findings.error(leg.table.name, leg.row.id, said, "leg_limit", others=(answer.row.id,), **shown(pack, clash.example))
    return True


def _leg_late(pack: Pack, clashes: Clashes, leg: Limited, findings: Findings) -> None:
    if leg.given.starts == "received":
        return
    answers, sent = (clashes.series(clock, BEFORE_DISPATCH) for clock in ("answer", "dispatch"))
    found = clashes.first((Role(answers), Role((leg,)), Role(sent)), lambda rows: (rows[0].chain, rows[2].chain + rows[1].chain))
    if found is not None:
        (answer, _, late), clash = found
        times = clash.times("答复", CLOCK_NAMES[leg.given.clock])
        said = f"派单用足时限({_told(late)})后,{_called(leg)}超出答复时限({_told(answer)});{times}"
        rows = (answer.row.id, late.row.id)
        findings.warn(leg.table.name, leg.row.id, said, "leg_limit", others=rows, **shown(pack, clash.example))


def _called(leg: Limited) -> str:
    return f"{limit_words(leg.given.clock)}({leg.given.limit})"


def _told(row: Limited) -> str:
    return f"{row.row.id},{row.given.limit}"


def _check_margins(pack: Pack, prover: Prover, clashes: Clashes, findings: Findings) -> None:
    """The unit's margin must leave time to the lead and, taken twice, to the assistants (who are due a margin earlier)."""
    table = pack.dispatch.table
    assisted = [Ruled(table, row) for row in table.rows if pack.dispatch.targets[row.id].assists]
    for answer in clashes.series("answer"):
        margin = answer.given.leg_margin
        none_left = clashes.least(answer, margin)
        if none_left is not None:
            said = (
                f"承办提前量 {_hours(margin)} 小时不小于答复时限({answer.given.limit},如自 {none_left.moment:%Y-%m-%d %H:%M} 起算"
                f"只有 {_hours(none_left.span)} 小时):承办单位没有办理时间"
            )
            findings.error(answer.table.name, answer.row.id, said, "leg_limit", **shown(pack, none_left.example))
        elif why := _assistants_late(clashes, answer):
            for sent, example in islice(_assisted(prover, clashes, answer, assisted), 1):
                told = f"{why}(如派单 {sent})"
                findings.warn(answer.table.name, answer.row.id, told, "assist_due", others=(sent,), **shown(pack, example))


def _assistants_late(clashes: Clashes, answer: Limited) -> str:
    """Return why assistants would have no time before the lead, or the lead none after them; empty when both have."""
    margin = answer.given.leg_margin
    if not margin:
        return "没有承办提前量(->leg_margin):协办单位与主办单位同时到期,主办来不及汇总"
    little = clashes.least(answer, 2 * margin)
    if little is None:
        return ""
    return f"承办提前量 {_hours(margin)} 小时计两次(主办、协办),不小于答复时限(最短 {_hours(little.span)} 小时):协办没有办理时间"


def _assisted(prover: Prover, clashes: Clashes, answer: Limited, rows: Sequence[Ruled]) -> Iterator[tuple[str, Example]]:
    """Yield those of the dispatch rows whose orders get this answer limit."""
    for sent in clashes.met(answer, rows):
        example = prover.example(Claim(sent.table, sent.row), Claim(answer.table, answer.row))
        if example is not None:
            yield sent.row.id, example


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):.4g}"
