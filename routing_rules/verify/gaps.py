"""What falls through to the fallback although the class and the place are known, and limits that not every order gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from hotline.domain.facts import Facts
from routing_rules.cells import OneOf, Under
from routing_rules.findings import Findings
from routing_rules.pack import Pack
from routing_rules.table import Row
from routing_rules.verify.examples import facts_at
from routing_rules.verify.ground import Series, series_of
from routing_rules.verify.prover import Example, Prover
from routing_rules.verify.slots import Paths, TooInvolved
from routing_rules.verify.space import Box
from routing_rules.verify.standing import Standing
from routing_rules.verify.telling import shown, tell_stopped
from routing_rules.verify.values import leaves

_NAMED = 6  # second-level classes named in a sentence


def check_gaps(pack: Pack, prover: Prover, findings: Findings) -> None:
    """Add the classes without a row, those of which a part falls through, and the clocks that some orders have no limit for."""
    table = pack.dispatch.table
    if "category" in table.inputs and table.rows:
        try:
            _Classes(pack, prover, findings).check()
        except TooInvolved as stopped:
            tell_stopped(findings, table, table.rows[0], stopped, "各类别有无情形落到兜底行")
    for series in series_of(pack):
        if any(series.table is table for table in pack.deadlines.by_clock.values()):
            prover.begin()
            try:
                _check_clock(pack, prover, series, findings)
            except TooInvolved as stopped:
                tell_stopped(findings, series.table, series.table.rows[0], stopped, "是否每件工单都有这项时限")


class _Classes:
    """The first-level classes, with what no row before the fallback answers."""

    def __init__(self, pack: Pack, prover: Prover, findings: Findings) -> None:
        self._pack, self._findings = pack, findings
        self._standing = Standing(prover, Series(pack.dispatch.table))
        last = self._standing.rows[-1]
        self._fallback = last.id if last.unconditional else ""
        barred = len(self._standing.rows) - (1 if last.unconditional else 0)
        self._barred = self._standing.index.before(barred)
        self._tree: Mapping[str, list[str]] = _by_class(pack)
        self._leaves = leaves(pack.categories)
        self._named = self._by_first()

    def check(self) -> None:
        """Add a finding for each first-level class of which something falls through."""
        for first in sorted(self._tree):
            gaps = {second: facts for second in self._tree[first] if (facts := self._gap(first, second, leaf=True))}
            if first not in self._named:
                self._tell_none(first, next(iter(gaps.values()), None))
            elif gaps:
                self._tell_some(first, gaps)
            elif (facts := self._gap(first, first, leaf=False)) is not None:
                self._tell_coarse(first, facts)

    def _by_first(self) -> dict[str, list[Row]]:
        """Return the rows that name a first-level class, or something below it, among others that they mean."""
        table = self._standing.table
        column = table.inputs.index("category")
        found: dict[str, list[Row]] = defaultdict(list)
        for row in table.rows:
            cell = row.inputs[column]
            for term in () if cell.negated else cell.terms:
                for path in term.values if isinstance(term, OneOf) else [term.path] if isinstance(term, Under) else []:
                    found[path.partition("/")[0]].append(row)
        return found

    def _gap(self, first: str, within: str, *, leaf: bool) -> Facts | None:
        """Return facts of the class that fall through once every condition of the class has had its first version."""
        space = self._standing.prover.ground.space
        classes, places = space.slots["category"], space.slots["place"]
        assert isinstance(classes, Paths)  # noqa: S101  # the slot of that name
        mask = classes.below(within)
        if leaf:
            mask &= sum(classes.at(path) for path in self._leaves if path == within or path.startswith(within + "/"))
        if not mask:
            return None
        box = Box({"category": mask, "place": places.present})
        found = self._standing.prover.outside([box, self._standing.days(self._begun(first))], self._standing.index, self._barred)
        return None if found.state is None else facts_at(space, found.state)

    def _begun(self, first: str) -> date:
        """Return the day from which every condition of the class has begun: what was before a rule is no gap."""
        versions: dict[tuple[str, ...], date] = {}
        for row in self._named.get(first, ()):
            key = tuple(cell.text for cell in row.inputs)
            versions[key] = min(row.valid_from, versions.get(key, date.max))
        return max(versions.values(), default=date.min)

    def _tell_none(self, first: str, facts: Facts | None) -> None:
        sentence = f"一级类别“{first}”没有派单规则" + ("" if facts else "(由不分类别的行答复)")
        level = self._findings.error if facts else self._findings.note
        level(self._standing.table.name, "", sentence, "gap", **self._more(facts))

    def _tell_some(self, first: str, gaps: Mapping[str, Facts]) -> None:
        names = [second.partition("/")[2] or second for second in gaps]
        told = "、".join(names[:_NAMED]) + (f" 等 {len(names)} 类" if len(names) > _NAMED else "")
        sentence = f"一级类别“{first}”有情形没有规则,会落到兜底行:{told}"
        self._findings.warn(self._standing.table.name, "", sentence, "gap", **self._more(next(iter(gaps.values()))))

    def _tell_coarse(self, first: str, facts: Facts) -> None:
        sentence = f"“{facts.category}”只分到上级类别、未细分时没有规则,会落到兜底行"
        self._findings.note(self._standing.table.name, "", f"一级类别“{first}”:{sentence}", "gap", **self._more(facts))

    def _more(self, facts: Facts | None) -> dict[str, object]:
        others = (self._fallback,) if self._fallback else ()
        example = self._past(facts) or (Example(facts) if facts else None)
        return {"others": others, **shown(self._pack, example)}

    def _past(self, facts: Facts | None) -> Example | None:
        """Return a past order of the same class that fell through."""
        past, last = self._standing.prover.past, self._standing.rows[-1]
        if facts is None or not facts.category or not self._fallback:
            return None
        first = "/".join(facts.category.split("/")[:2])
        fell = (past.facts(number) for number in past.answered(self._standing.table, last))
        return next((Example(one, name) for name, one in fell if one.place and (one.category or "").startswith(first)), None)


def _by_class(pack: Pack) -> dict[str, list[str]]:
    """Return the second-level classes under each first-level one; itself where it has none."""
    tree: dict[str, list[str]] = defaultdict(list)
    for path in sorted(pack.categories):
        parts = path.split("/")
        if len(parts) == 1:
            tree.setdefault(path, [])
        elif len(parts) == 2:
            tree[parts[0]].append(path)
    return {first: seconds or [first] for first, seconds in tree.items()}


def _check_clock(pack: Pack, prover: Prover, series: Series, findings: Findings) -> None:
    standing = Standing(prover, series)
    if standing.rows[-1].unconditional:
        return
    found = prover.outside([], standing.index, standing.index.before(len(standing.rows)))
    if (facts := standing.shown(found)) is not None:
        sentence = f"{series.of}:有的工单没有这项时限,表中缺少没有条件的最后一行"
        findings.error(series.table.name, "", sentence, "gap", **shown(pack, Example(facts)))
