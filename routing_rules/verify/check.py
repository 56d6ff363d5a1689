"""The check of a pack: every verifier asked once, all findings told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hotline.domain.facts import Facts
from routing_rules.findings import Finding, Findings
from routing_rules.pack import Pack, read_pack
from routing_rules.verify.cover import TOO_INVOLVED
from routing_rules.verify.coverage import COVERAGE
from routing_rules.verify.following import drop_what_follows
from routing_rules.verify.meaning import CALLED, MEANING
from routing_rules.verify.prover import Prover
from routing_rules.verify.sizes import refuse_large
from routing_rules.verify.slots import TooInvolved

Past = Sequence[tuple[str, Facts]]
"""Past orders: the order's number and the facts its tables were asked with."""
CHECKS: tuple[Callable[[Pack, Prover, Findings], None], ...] = (*MEANING, *COVERAGE)
Told = Callable[[int, int], None]
"""Told (verifiers done, verifiers in all)."""
_KEPT = 8
_known: dict[str, tuple[Finding, ...]] = {}


def _nobody(_done: int, _total: int) -> None:
    """Nobody is told."""


def check(pack: Pack, past: Past = (), *, told: Told = _nobody) -> tuple[Finding, ...]:
    """Return everything found: what reading the pack met, then what each verifier has to say.

    Facts of ``past`` orders serve as counter-examples where they can. What was found without any is remembered by the pack's
    content: the same files say the same again. Each verifier does a bounded amount of work, counted and not timed: what rows
    cover is then told as not looked at from a row on (a warning), what must be proved for the rules to be safe as an error.
    """
    if past:
        return _found(pack, past, told)
    if pack.content_hash not in _known:
        if len(_known) >= _KEPT:
            _known.clear()
        _known[pack.content_hash] = _found(pack, (), told)
    return _known[pack.content_hash]


def _found(pack: Pack, past: Past, told: Told) -> tuple[Finding, ...]:
    findings = Findings(pack.notes)
    if not refuse_large(pack, findings):
        _ask(pack, past, told, findings)
    told(len(CHECKS), len(CHECKS))
    findings.name_files(pack.files)
    return tuple(drop_what_follows(pack, findings))


def _ask(pack: Pack, past: Past, told: Told, findings: Findings) -> None:
    """Ask every verifier; a book that nobody can prove harmless must not come into force."""
    stopped: list[str] = []
    try:
        prover = Prover(pack, past)
    except TooInvolved as problem:
        findings.error("", "", f"{problem.message},没有核对", "unproved")
        return
    for done, verify in enumerate(CHECKS):
        told(done, len(CHECKS))
        prover.begin()
        try:
            verify(pack, prover, findings)
        except TooInvolved:
            stopped.append(CALLED.get(verify, "行与行的关系"))
    if stopped:
        said = f"{TOO_INVOLVED},核对没有做完({'、'.join(stopped)}):请拆分或简化词表、退单等列上交叉的条件"
        findings.error("", "", said, "unproved")


def check_files(files: Mapping[str, bytes], past: Past = (), *, told: Told = _nobody) -> tuple[Finding, ...]:
    """Return what is found in files that may not even load: then the faults of reading, else those of ``check``."""
    pack, findings = read_pack(files)
    return check(pack, past, told=told) if pack is not None else tuple(findings)
