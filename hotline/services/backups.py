"""When a backup last succeeded: a mark in the store itself, so that a restored database says how old it is."""

from __future__ import annotations

from datetime import datetime

from hotline.services.ports import Store, UnitOfWork

KINDS = ("database",)


def backup_done(store: Store, at: datetime, kind: str = "database") -> None:
    """Remember that a backup of ``kind`` was finished at ``at`` (aware), one commit."""
    with store.write() as work:
        work.marks.set_mark(f"backup.{kind}", at.isoformat())
        work.commit()


def last_backups(work: UnitOfWork) -> dict[str, datetime]:
    """Return when each kind of backup last succeeded; a kind that never did is not there."""
    found = {kind: work.marks.mark(f"backup.{kind}") for kind in KINDS}
    return {kind: datetime.fromisoformat(at) for kind, at in found.items() if at}
