"""The city's official score, imported beside ours: looked at first, then kept with the file's hash and by whom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from hotline.domain.assessment import FINAL, OFFICE
from hotline.domain.ranking import DIGITS
from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, NotAllowed
from hotline.services.assessment.rows import OfficialFile, OfficialScore
from hotline.services.assessment.steps import reader
from hotline.services.books import Books
from hotline.services.ports import Clock, Store, UnitOfWork
from routing_rules.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A row of the city's file: the unit as it is written there; ``problem`` (Chinese) when the row cannot be used."""

    number: int
    unit: str = ""
    month: date | None = None
    score: float | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""


ReadScores = Callable[[Path], Sequence[ScoreRow]]
"""Reads a CSV or XLSX file; raises ``UnreadableFile`` for what is no such table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The city's score and ours of a unit in a month; ``before`` is what an earlier file said where that differs."""

    month: date
    unit: str
    name: str
    official: float
    ours: float | None
    rates: Mapping[str, float]
    before: float | None = None

    @property
    def difference(self) -> float | None:
        """Theirs less ours."""
        return None if self.ours is None else round(self.official - self.ours, DIGITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialPlan:
    """What bringing a file in would do: its scores beside ours, and rows that are left out, with why."""

    hash: str
    name: str
    known: bool
    scores: Sequence[Beside]
    left_out: Sequence[tuple[int, str]]


class Official:
    """The city's scores."""

    def __init__(self, store: Store, clock: Clock, books: Books, read: ReadScores) -> None:
        self._store, self._clock, self._books, self._read = store, clock, books, read

    def look(self, path: Path, name: str, *, by: Actor) -> OfficialPlan:
        """Return what bringing a file in would do; nothing is changed."""
        importer(by)
        digest = _hash(path)
        scores, wrong = self._scores(path, digest)
        with self._store.read() as work:
            known = digest in {file.hash for file in work.official_scores.files(_ALL)}
            shown = self._beside(work, scores, earlier=True)
        return OfficialPlan(hash=digest, name=name, known=known, scores=shown, left_out=wrong)

    def bring(self, path: Path, name: str, *, by: Actor) -> OfficialFile:
        """Keep a file's scores. Raises ``InvalidInput`` when it is kept already or has none."""
        importer(by)
        digest = _hash(path)
        scores, _ = self._scores(path, digest)
        if not scores:
            raise InvalidInput("no score", message="文件中没有可用的得分,请核对单位、月份和得分")
        file = OfficialFile(hash=digest, name=name[:200], at=self._clock.now(), actor=by.name, rows=len(scores))
        with self._store.write() as work:
            if not work.official_scores.add(file, scores):
                raise InvalidInput("known", message="该文件已导入过")
            work.commit()
        return file

    def files(self, *, by: Actor) -> list[OfficialFile]:
        """Return the files brought in, newest first."""
        importer(by)
        with self._store.read() as work:
            return work.official_scores.files(_ALL)

    def beside(self, first: date, last: date, *, by: Actor) -> list[Beside]:
        """Return the city's scores of months beside ours; a unit sees its own."""
        reader(by)
        with self._store.read() as work:
            scores = [one for one in work.official_scores.of(first, last) if not by.of_unit or one.unit == by.unit]
            return self._beside(work, scores)

    def _scores(self, path: Path, digest: str) -> tuple[list[OfficialScore], list[tuple[int, str]]]:
        pack, found, wrong = self._books.current(), dict[tuple[date, str], OfficialScore](), list[tuple[int, str]]()
        names = _names(pack)
        for row in self._read(path):
            unit = names.get(row.unit, "")
            why = row.problem or ("" if unit else f"没有名为“{row.unit[:30]}”的承办单位")
            if not why and row.month is not None and (row.month, unit) in found:
                why = "同一单位同一月份出现两次,只取第一行"
            if why or row.month is None or row.score is None:
                wrong.append((row.number, why))
            else:
                score = OfficialScore(file=digest, month=row.month, unit=unit, score=row.score, rates=row.rates)
                found[row.month, unit] = score
        return list(found.values()), wrong

    def _beside(self, work: UnitOfWork, scores: Sequence[OfficialScore], *, earlier: bool = False) -> list[Beside]:
        if not scores:
            return []
        pack, months = self._books.current(), sorted({one.month for one in scores})
        ours = _ours(work, months[0], months[-1])
        before = {(one.month, one.unit): one for one in work.official_scores.of(months[0], months[-1])} if earlier else {}
        return [_one(score, pack, ours.get((score.month, score.unit)), before.get((score.month, score.unit))) for score in scores]


_ALL = 1_000


def _one(score: OfficialScore, pack: Pack, ours: float | None, earlier: OfficialScore | None) -> Beside:
    before = earlier.score if earlier and earlier.score != score.score else None
    return Beside(
        month=score.month, unit=score.unit, name=pack.unit_name(score.unit), official=score.score, ours=ours, rates=score.rates,
        before=before,
    )  # fmt: skip


def _ours(work: UnitOfWork, first: date, last: date) -> dict[tuple[date, str], float | None]:
    """Our frozen scores, as they count now."""
    found: dict[tuple[date, str], float | None] = {}
    for head in work.assessments.heads(first, last):
        edition = work.assessments.edition(head.month, head.in_force) if head.stage in FINAL else None
        found |= {(head.month, line.unit): line.score for line in edition.lines} if edition else {}
    return found


def _names(pack: Pack) -> dict[str, str]:
    """Return units' codes by what a city's file may call them: code, name, name without the district's."""
    found: dict[str, str] = {}
    for unit in pack.units.values():
        for name in (unit.name, unit.name.removeprefix(pack.settings.title), _short(unit.name, pack.settings.title)):
            found.setdefault(name, unit.code)
    return {**found, **{code: code for code in pack.units}}


def _short(name: str, title: str) -> str:
    """Return what names of units begin with: the title without its city, as most names have it."""
    return next((name.removeprefix(title[at:]) for at in range(len(title) - 1) if name.startswith(title[at:])), name)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def importer(by: Actor) -> None:
    """Let in who may bring the city's scores in. Raises ``NotAllowed``."""
    if by.role not in OFFICE:
        raise NotAllowed(f"{by.name} may not import official scores")
