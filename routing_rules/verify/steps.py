"""The supervision table: known clocks and recipients, steps in their order, no clock that nobody ever takes up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from routing_rules.deadlines import CLOCKS, Clock
from routing_rules.findings import Findings
from routing_rules.names import CLOCK_NAMES, STEP_NAMES
from routing_rules.pack import Pack
from routing_rules.supervising import TO, SupervisionRow
from routing_rules.verify.combos import Combos, Role, Ruled
from routing_rules.verify.prover import Claim, Prover
from routing_rules.verify.telling import shown

AT_NIGHT: tuple[Clock, ...] = ("dispatch", "sign", "contact", "answer")
"""Clocks that run while a danger lasts: their messages may not wait for the morning."""
NOT_ESCALATED: tuple[Clock, ...] = ("return_window",)
"""A unit that lets its window pass keeps the order: there is nobody to press."""
_HOURS = {"hour": 1, "work_hour": 1, "working_day": 24, "calendar_day": 24}


def check_supervision(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add the faults of the supervision table; a pack may have none."""
    rows = tuple(pack.supervision.rows.values())
    for row in rows:
        _check_row(pack, row, findings)
        _check_quiet(pack, prover, row, findings)
    place = {row.row_id: number for number, row in enumerate(rows)}
    for remind, escalate in sorted(
        _out_of_order(pack, prover, rows), key=lambda two: (place[two[0].row_id], place[two[1].row_id])
    ):
        _check_order(pack, prover, remind, escalate, findings)
    if rows:
        _check_escalated(pack, findings)


def _check_row(pack: Pack, row: SupervisionRow, findings: Findings) -> None:
    name = pack.supervision.whole.name
    if not row.to:
        findings.error(name, row.row_id, "没有通知对象 ->to", "supervision")
    for unknown in (to for to in row.to if to not in TO and to not in pack.units):
        known = "、".join(TO)
        findings.error(name, row.row_id, f"通知对象“{unknown}”不认识(可用:{known} 或单位代码)", "supervision")
    if row.step == "warn" and row.when == "after":
        findings.error(name, row.row_id, "预警(warn)应在到期之前,到期之后应为催办、督办或提级", "supervision")
    if row.clock is not None and row.clock not in pack.deadlines.by_clock:
        findings.warn(name, row.row_id, f"时限“{CLOCK_NAMES[row.clock]}”没有规则,该行永远不起作用", "supervision")


def _check_quiet(pack: Pack, prover: Prover, row: SupervisionRow, findings: Findings) -> None:
    """A message about a danger must not wait for the end of the quiet hours."""
    if not row.quiet or row.clock not in AT_NIGHT or row.step == "warn":
        return
    for urgency, called in (("danger", "危急"), ("urgent", "紧急")):
        example = prover.example(_claim(pack, row, urgency))
        if example is not None:
            said = f"{called}事项的{STEP_NAMES[row.step]}避开静默时段(->quiet 填了“是”):夜间发生的要等到次日早晨"
            findings.warn(pack.supervision.whole.name, row.row_id, said, "supervision", **shown(pack, example))
            return


def _claim(pack: Pack, row: SupervisionRow, urgency: str = "") -> Claim:
    table = pack.supervision.series[row.series]
    read = table.row(row.row_id)
    assert read is not None  # noqa: S101  # a row of its own series
    return Claim(table, read, {"urgency": urgency} if urgency else {})


def _out_of_order(pack: Pack, prover: Prover, rows: Sequence[SupervisionRow]) -> Iterator[tuple[SupervisionRow, SupervisionRow]]:
    """Yield each reminder with each escalation of its clock that it does not precede and whose orders may be the same."""
    alike = _by_moment([row for row in rows if row.clock is not None and row.step in ("remind", "escalate")])
    combos = Combos(pack, prover.work, (pack.supervision.whole,))
    for reminds, escalates in product(alike, alike):
        remind, escalate = reminds[0], escalates[0]
        told = (remind.step, escalate.step) == ("remind", "escalate") and remind.clock == escalate.clock
        if told and not _precedes(remind, escalate):
            later = Role([_ruled(pack, row) for row in escalates])
            for one in reminds:
                for _, other in combos.together((Role([_ruled(pack, one)]), later)):
                    yield one, pack.supervision.rows[other.row.id]


def _by_moment(rows: Sequence[SupervisionRow]) -> list[list[SupervisionRow]]:
    """Return the rows parted by all that decides which of two comes first."""
    parted: dict[object, list[SupervisionRow]] = {}
    for row in rows:
        parted.setdefault((row.step, row.clock, row.when, row.amount, row.unit), []).append(row)
    return list(parted.values())


def _ruled(pack: Pack, row: SupervisionRow) -> Ruled:
    claim = _claim(pack, row)
    return Ruled(claim.table, claim.row)


def _check_order(pack: Pack, prover: Prover, remind: SupervisionRow, escalate: SupervisionRow, findings: Findings) -> None:
    """Who is reminded is reminded before the matter is escalated."""
    example = prover.example(_claim(pack, remind), _claim(pack, escalate))
    if example is not None:
        same = remind.unit == escalate.unit or remind.when != escalate.when
        tell = findings.error if same else findings.warn
        said = f"催办({_told(remind)})不早于提级({escalate.row_id},{_told(escalate)})"
        name = pack.supervision.whole.name
        tell(name, remind.row_id, said, "supervision", others=(escalate.row_id,), **shown(pack, example))


def _precedes(remind: SupervisionRow, escalate: SupervisionRow) -> bool:
    """Whether the reminder comes first; a share of the limit and a time before its end cannot be told apart without the limit."""
    one, other = _nominal(remind), _nominal(escalate)
    if remind.when == escalate.when:
        return one < other if remind.when == "after" else one > other
    if "after" not in (remind.when, escalate.when):
        return True
    return escalate.when == "after" and bool(one or other)


def _nominal(row: SupervisionRow) -> int:
    return row.amount * _HOURS.get(row.unit, 1)


def _told(row: SupervisionRow) -> str:
    words = {"hour": "小时", "work_hour": "个工作小时", "working_day": "个工作日", "calendar_day": "日", "percent": "%"}
    before = {"before": "到期前", "after": "到期后", "share": "剩余"}[row.when]
    return f"{before} {row.amount} {words[row.unit]}"


def _check_escalated(pack: Pack, findings: Findings) -> None:
    escalated = {row.clock for row in pack.supervision.rows.values() if row.step == "escalate"}
    for clock in CLOCKS:
        if clock in pack.deadlines.by_clock and clock not in escalated and clock not in NOT_ESCALATED:
            said = f"时限“{CLOCK_NAMES[clock]}”没有提级(escalate)的行:超期后无人过问"
            findings.warn(pack.supervision.whole.name, "", said, "supervision")
