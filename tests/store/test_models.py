"""Versions of the model: which is in force, who put it there, and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from hotline.domain.roles import Actor, Role
from hotline.errors import InvalidInput, ModelError, ModelRefused
from hotline.services.models import CONFIGURED, Models, Version
from hotline.services.ports import Store
from tests.store.examples import NOON

WANG, LI = Actor("王科长", Role.ADMIN), Actor("李主任", Role.ADMIN)


class Clock:
    """A minute later each time it is asked."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> object:
        self.at += timedelta(minutes=1)
        return self.at


class Shelf:
    """Versions by name, kept in a dictionary."""

    def __init__(self, *known: Version) -> None:
        self.known = {one.version: one for one in known}

    def look(self, version: str) -> Version:
        if version not in self.known:
            raise ModelError(f"{version} is not there")
        return self.known[version]

    def versions(self) -> Sequence[Version]:
        return sorted(self.known.values(), key=lambda one: one.version)


def candidate(version: str, parent: str, *, promote: bool | None = True) -> Version:
    return Version(version=version, name=version, parent=parent, promote=promote, why="" if promote else "总体变差")


@pytest.fixture
def shelf() -> Shelf:
    """The configured model, a good candidate, one that follows it, a worse one and one never compared."""
    return Shelf(
        Version(version=CONFIGURED, name="m-0"),
        candidate("m-1", "m-0"),
        candidate("m-2", "m-1"),
        candidate("m-bad", "m-0", promote=False),
        candidate("m-new", "", promote=None),
    )


@pytest.fixture
def models(store: Store, shelf: Shelf) -> Models:
    """The service over each kind of store."""
    return Models(store, Clock(), shelf)  # type: ignore[arg-type]  # a clock of this test


def test_without_a_promotion_the_configured_model_reads(models: Models) -> None:
    assert (models.promotions(), models.wanted(), models.shadowed()) == ([], [CONFIGURED], None)


def test_a_promotion_says_who_and_when(models: Models) -> None:
    done = models.promote("m-1", by=WANG)
    assert models.promotions() == [done]
    assert (done.by, done.at > NOON, models.wanted()) == ("王科长", True, ["m-1", CONFIGURED])


def test_a_rollback_goes_back_one_at_a_time(models: Models) -> None:
    models.promote("m-1", by=WANG)
    models.promote("m-2", by=WANG)
    assert models.rollback(by=LI).version == "m-1"
    assert models.wanted() == ["m-1", CONFIGURED]
    assert models.rollback(by=LI).version == CONFIGURED
    with pytest.raises(InvalidInput):
        models.rollback(by=LI)


def test_what_was_done_stays_on_record(models: Models, store: Store) -> None:
    models.promote("m-1", by=WANG)
    models.rollback(by=LI)
    with store.read() as work:
        promoted, taken_back = work.access.views("m-1"), work.access.views("configured")
    assert [(one.actor, one.what) for one in promoted] == [("王科长", "model.promoted")]
    assert [(one.actor, one.what, "m-1" in one.reason) for one in taken_back] == [("李主任", "model.rolled_back", True)]


@pytest.mark.parametrize(("version", "why"), [("m-bad", "总体变差"), ("m-new", "尚未"), ("m-2", "m-1")])
def test_a_model_without_a_good_verdict_on_the_live_one_is_refused(models: Models, version: str, why: str) -> None:
    with pytest.raises(ModelRefused) as refused:
        models.promote(version, by=WANG)
    assert why in refused.value.message
    assert models.promotions() == []


def test_a_reason_overrules_and_is_recorded(models: Models, store: Store) -> None:
    assert models.promote("m-bad", by=WANG, despite="新类别急需").despite == "新类别急需"
    with store.read() as work:
        assert work.access.views("m-bad")[0].reason == "新类别急需"


def test_the_model_in_force_is_not_promoted_again(models: Models) -> None:
    models.promote("m-1", by=WANG)
    with pytest.raises(InvalidInput):
        models.promote("m-1", by=WANG)


def test_a_version_that_is_not_there_is_neither_promoted_nor_shadows(models: Models) -> None:
    with pytest.raises(ModelError):
        models.promote("m-9", by=WANG)
    with pytest.raises(ModelError):
        models.shadow("m-9", 0.1, by=WANG)


def test_a_rollback_to_a_model_that_is_gone_changes_nothing(models: Models, shelf: Shelf) -> None:
    models.promote("m-1", by=WANG)
    models.promote("m-2", by=WANG)
    del shelf.known["m-1"]
    with pytest.raises(ModelError):
        models.rollback(by=LI)
    assert models.wanted()[0] == "m-2"


def test_a_shadow_begins_and_ends(models: Models) -> None:
    models.shadow("m-1", 0.25, by=WANG)
    begun = models.shadowed()
    assert begun is not None
    assert (begun.version, begun.share, begun.by) == ("m-1", 0.25, "王科长")
    models.no_shadow(by=LI)
    assert models.shadowed() is None


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_a_share_lies_between_none_and_all(models: Models, share: float) -> None:
    with pytest.raises(InvalidInput):
        models.shadow("m-1", share, by=WANG)
