"""A candidate model from the base and what people corrected, compared with the live model on texts that neither learned."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import folder
from classifiers.comparison import Judgement, judge, verdict
from classifiers.duties import STYLE as DUTY
from classifiers.examples import Example
from classifiers.heads import HEADS
from classifiers.learning import Progress
from classifiers.model import Classifier
from classifiers.sides import Base, Sides, content_hash, sides
from classifiers.train import named, train_examples
from hotline.services.corrections import Decision

MONTH = timedelta(days=30)
SETS = {"frozen": "冻结集", "month": "最近一月"}
HEAD_NAMES = {"category": "类别", "unit": "承办单位", "kind": "诉求类型"}
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make a candidate of: ``place`` gives the folder of a version, ``since`` is the first day asked for decisions."""

    base: Base
    decided: Sequence[Decision]
    now: datetime
    since: datetime
    place: Callable[[str], Path]


def retrain(order: Order, live: Classifier, progress: Progress) -> dict[str, Any]:
    """Make a candidate, compare it with ``live``, write its folder; return the report, ready for JSON.

    The manifest names data, hashes, parent and verdict. Raises ``UnreadableFile`` when the base teaches nothing.
    """
    dealt = sides(order.base, order.decided, order.now - MONTH)
    corrections = [row for _, row in dealt.corrections]
    with tempfile.TemporaryDirectory(prefix="hotline-retrain-") as name:
        fresh = Path(name) / "candidate"
        manifest = train_examples([*dealt.base, *corrections], fresh, _named(progress, "候选"), sources=order.base.sources)
        candidate = Classifier.load(fresh)
        rival, twin = _rival(live, order.base, dealt, Path(name) / "twin", progress)
        judged = dict(_compared(dealt, live, rival, candidate))
        report = _report(order, dealt, live, judged, twin=twin)
        stated = _stated(order, dealt, live, report)
        version = named(repr(manifest["data"]), stated["corrections"]["sha256"], live.name, manifest["alarms"]["sha256"])
        folder.write(order.place(version), folder.read(fresh)[0], {**_own(manifest), **stated, "name": version})
    return {"version": version, "folder": str(order.place(version)), **report}


def _named(progress: Progress, whose: str) -> Progress:
    return lambda step, done, total: progress(f"{whose} {step}", done, total)


def _own(manifest: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in manifest.items() if name not in ("format", "files")}


def _rival(live: Classifier, base: Base, dealt: Sides, place: Path, progress: Progress) -> tuple[Classifier, bool]:
    """Return whom the candidate meets on the frozen texts: the live model, or its twin that did not learn them.

    A model trained on all of a base knows the frozen share by heart; beside it every candidate looks worse.
    """
    said = live.manifest
    same = set(said["data"]["files"].values()) & set(base.sources.values())
    frozen = said.get("frozen", {}).get("sha256")
    if not base.drawn or not same or frozen == content_hash(dealt.frozen):
        return live, False
    train_examples(dealt.base, place, _named(progress, "对照"), sources=base.sources)
    return Classifier.load(place), True


def _compared(dealt: Sides, live: Classifier, rival: Classifier, candidate: Classifier) -> Iterator[tuple[str, Judgement]]:
    month = [row for _, row in dealt.month]
    for name, rows, against in (("frozen", dealt.frozen, rival), ("month", month, live)):
        for head in HEADS:
            known = [one for one in rows if one.label(head)]
            if known and head in against.parts and head in candidate.parts:
                truth = [one.label(head) for one in known]
                yield f"{name}.{head}", judge(truth, _right(against, head, known), _right(candidate, head, known))


def _right(model: Classifier, head: str, rows: Sequence[Example]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    labels, made = model.parts[head].labels, []
    for at in range(0, len(rows), _BATCH):
        part = rows[at : at + _BATCH]
        first = model.confidences([(one.title, one.text) for one in part], head).argmax(axis=1).tolist()
        made += [labels[best] == one.label(head) for best, one in zip(first, part, strict=True)]
    return np.array(made, dtype=np.bool_)


def _report(order: Order, dealt: Sides, live: Classifier, judged: dict[str, Judgement], *, twin: bool) -> dict[str, Any]:
    ruled = verdict({shown(name): one for name, one in judged.items()})
    return {
        "parent": live.name, "twin": twin, "texts": sum(1 for one in dealt.base if one.style != DUTY),
        "corrections": dict(Counter(str(decision.source) for decision, _ in dealt.corrections)),
        "decided": len(order.decided), "frozen": len(dealt.frozen), "month": len(dealt.month),
        "compared": {name: one.as_dict() for name, one in judged.items()},
        "verdict": {"promote": ruled.promote, "reasons": list(ruled.reasons)},
    }  # fmt: skip


def _stated(order: Order, dealt: Sides, live: Classifier, report: dict[str, Any]) -> dict[str, Any]:
    corrections = [row for _, row in dealt.corrections]
    return {
        "parent": live.name, "made_at": order.now.isoformat(),
        "corrections": {
            "texts": len(corrections), "since": order.since.isoformat(), "sources": report["corrections"],
            "sha256": content_hash(corrections),
        },
        "frozen": {"texts": len(dealt.frozen), "sha256": content_hash(dealt.frozen)},
        "verdict": report["verdict"],
    }  # fmt: skip


def shown(name: str) -> str:
    """Return how a comparison (``frozen.unit``) is called on screens."""
    texts, _, head = name.partition(".")
    return f"{SETS[texts]}·{HEAD_NAMES[head]}"
