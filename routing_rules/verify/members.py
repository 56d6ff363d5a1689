"""What is known of a set while a proof goes on: members in, members out, and clauses of which one member at least is in."""

from __future__ import annotations

from typing import Any

Known = Any
"""What is known of a slot: the mask of the atoms left, or for a set ``Members``."""
Members = tuple[int, int, tuple[int, ...]]
"""What is known of a set: members that are in, members that are out, and clauses of which one member at least is in."""
NOTHING_KNOWN: Members = (0, 0, ())


def asking(known: Members, clause: int) -> Members:
    """Add a clause: one of its members is in."""
    into, out, clauses = known
    return known if clause & into or clause in clauses else (into, out, (*clauses, clause))


def settled(known: Members) -> Members | None:
    """Return the same with every clause drawn: one member left is in, a clause that holds is dropped; None = impossible."""
    into, out, clauses = known
    if into & out:
        return None
    left = {clause & ~out for clause in clauses}
    if 0 in left:
        return None
    single = [clause for clause in left if not clause & (clause - 1)]
    for clause in single:
        into |= clause
    return into, out, tuple(sorted(clause for clause in left if not clause & into))


def changed(before: Known, after: Known) -> int:
    """Return the members of a set about which ``after`` knows something else; -1 where atoms are known."""
    if not isinstance(before, tuple):
        return -1
    members: int = (before[0] ^ after[0]) | (before[1] ^ after[1])
    for clause in after[2]:
        if clause not in before[2]:
            members |= clause
    return members


def halves(known: Known) -> tuple[Members, ...]:
    """Split a set by a member of its shortest clause, in or out; empty for what has no clause."""
    if not isinstance(known, tuple) or not known[2]:
        return ()
    into, out, clauses = known
    clause = min(clauses, key=int.bit_count)
    member = clause & -clause
    return (into | member, out, clauses), (into, out | member, clauses)
