"""The check of a pack: every verifier asked once, all findings told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from routing_rules.findings import Finding, Findings
from routing_rules.pack import Pack, read_pack
from routing_rules.verify.basics import check_basics

CHECKS: tuple[Callable[[Pack, Findings], None], ...] = (check_basics,)


def check(pack: Pack) -> tuple[Finding, ...]:
    """Return everything found: what reading the pack met, then what each verifier has to say."""
    findings = Findings(pack.notes)
    for verify in CHECKS:
        verify(pack, findings)
    return tuple(findings)


def check_files(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Return what is found in files that may not even load: then the faults of reading, else those of ``check``."""
    pack, findings = read_pack(files)
    return check(pack) if pack is not None else tuple(findings)
