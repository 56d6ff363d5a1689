"""Which model reads: versions side by side, one in force by a mark in the database, taken back by one command (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import orjson

from hotline.domain.roles import Actor
from hotline.errors import InvalidInput, ModelRefused
from hotline.services.ports import Clock, Store, UnitOfWork
from hotline.services.rows import Viewed

CONFIGURED = ""
"""The version that stands for the folder of the settings: what a deployment without promotions reads with."""
REMEMBERED = 50
"""Promotions a rollback can go back through; the record of who did what is never shortened."""
_FORCE, _SHADOW, _TURN = "model_in_force", "model_shadow", "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A model on the shelf: the name it signs readings with, what it was learned from, and how the comparison ended.

    ``parent`` is the name of the model it was compared with; ``promote`` None = never compared, ``why`` says why not.
    """

    version: str
    name: str
    texts: int = 0
    corrections: int = 0
    parent: str = ""
    promote: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A model put in force: by whom, when, and the reason where the comparison said no."""

    version: str
    at: datetime
    by: str
    despite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A candidate that reads beside the live model for a ``share``, 0…1, of the calls; nothing is decided by it."""

    version: str
    share: float
    at: datetime
    by: str


class Shelf(Protocol):
    """Where versions lie."""

    def look(self, version: str) -> Version:
        """Return a version whose files are whole. Raises ``ModelError``."""

    def versions(self) -> Sequence[Version]:
        """Return the versions that can be read, sorted."""


class Models:
    """The model in force and its past; ``by`` is who acts on the command line."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store, self._clock, self._shelf = store, clock, shelf

    def promotions(self) -> list[Promotion]:
        """Return the promotions that stand, the one in force last; empty = the configured folder is in force."""
        with self._store.read() as work:
            return _promotions(work)

    def wanted(self) -> list[str]:
        """Return the versions to read with, the one in force first, then what was in force before it."""
        return [*(one.version for one in reversed(self.promotions())), CONFIGURED]

    def promote(self, version: str, *, by: Actor, despite: str = "") -> Promotion:
        """Put a version in force. Raises ``ModelRefused`` when its comparison forbids it and no reason is given.

        Raises ``ModelError`` for a version that is missing or damaged, ``InvalidInput`` for the one in force.
        """
        candidate, at = self._shelf.look(version), self._clock.now()
        with self._store.write() as work:
            standing = self._turn(work, at)
            live = standing[-1].version if standing else CONFIGURED
            if live == version:
                raise InvalidInput(f"{version} is in force already", message=f"模型 {version} 已在使用")
            if not despite.strip() and (why := self._refusal(candidate, live)):
                told = f"模型 {version} 未启用:{why};确需启用请加 --despite 理由"
                raise ModelRefused(f"{version}: {why}", message=told)
            done = Promotion(version=version, at=at, by=by.name, despite=despite.strip())
            _keep(work, [*standing, done])
            _record(work, done, "model.promoted")
            work.commit()
        return done

    def rollback(self, *, by: Actor) -> Promotion:
        """Take the last promotion back; returns what is in force then. Raises ``InvalidInput`` when there is none."""
        at = self._clock.now()
        with self._store.write() as work:
            standing = self._turn(work, at)
            if not standing:
                raise InvalidInput("nothing was promoted", message="没有可回退的模型:现用的就是配置的模型")
            before = standing[-2].version if len(standing) > 1 else CONFIGURED
            self._shelf.look(before)
            done = Promotion(version=before, at=at, by=by.name)
            _keep(work, standing[:-1])
            _record(work, replace(done, despite=f"taken back: {standing[-1].version}"), "model.rolled_back")
            work.commit()
        return done

    def shadow(self, version: str, share: float, *, by: Actor) -> Shadow:
        """Let a version read beside the live one. Raises ``ModelError``, and ``InvalidInput`` for a share outside 0…1."""
        if not 0 < share <= 1:
            raise InvalidInput(f"share {share} is not within 0 and 1", message="试读比例应大于 0、不超过 1")
        self._shelf.look(version)
        begun = Shadow(version=version, share=share, at=self._clock.now(), by=by.name)
        self._mark_shadow(orjson.dumps(asdict(begun)).decode(), begun, "model.shadow")
        return begun

    def no_shadow(self, *, by: Actor) -> None:
        """Let nobody read beside the live model any more."""
        ended = Shadow(version="", share=0, at=self._clock.now(), by=by.name)
        self._mark_shadow("", ended, "model.shadow_off")

    def shadowed(self) -> Shadow | None:
        """Return which version reads beside the live one."""
        with self._store.read() as work:
            said = work.marks.mark(_SHADOW)
        return Shadow(**_timed(orjson.loads(said))) if said else None

    def _refusal(self, candidate: Version, live: str) -> str:
        """Return why a comparison forbids a promotion, empty when it does not."""
        if candidate.promote is None:
            return "尚未与现行模型比较(请用 hotline retrain 生成)"
        if not candidate.promote:
            return candidate.why
        if candidate.parent != (now := self._shelf.look(live).name):
            return f"比较的对象是 {candidate.parent},现行模型已是 {now},请重新比较"
        return ""

    def _turn(self, work: UnitOfWork, at: datetime) -> list[Promotion]:
        """Wait until nobody else promotes, and return what stands then: the lease's row is held until the commit."""
        work.marks.lease(_TURN, "promotion", at, 0)
        return _promotions(work)

    def _mark_shadow(self, value: str, shadow: Shadow, what: str) -> None:
        with self._store.write() as work:
            work.marks.set_mark(_SHADOW, value)
            work.access.viewed(Viewed(at=shadow.at, actor=shadow.by, what=what, ref=shadow.version or "-"))
            work.commit()


def _promotions(work: UnitOfWork) -> list[Promotion]:
    return [Promotion(**_timed(one)) for one in orjson.loads(work.marks.mark(_FORCE) or "[]")]


def _keep(work: UnitOfWork, standing: Sequence[Promotion]) -> None:
    work.marks.set_mark(_FORCE, orjson.dumps([asdict(one) for one in standing[-REMEMBERED:]]).decode())


def _record(work: UnitOfWork, done: Promotion, what: str) -> None:
    ref = done.version or "configured"
    work.access.viewed(Viewed(at=done.at, actor=done.by, what=what, ref=ref, reason=done.despite))


def _timed(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "at": datetime.fromisoformat(said["at"])}
