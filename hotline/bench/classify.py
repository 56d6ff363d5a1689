"""The whole answer to a text beside ``jieba.lcut`` alone on the same text, batch by batch in one process."""

from __future__ import annotations

import os
import resource
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from classifiers import corpus
from classifiers.examples import read_texts
from classifiers.model import Classifier
from classifiers.reader import text_reader
from classifiers.segment import segmenter
from routing_rules.pack import Pack

BATCH = 500
SINGLES = 1_000
_MIB = 1 << 20
Pairs = Sequence[tuple[str, str]]
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyFigures:
    """Texts a second of the whole answer (without evidence) and of jieba alone, and what a worker pays for the model.

    ``memory_mib`` is what the process held while it answered, before jieba's dictionary was loaded for comparison.
    """

    model: str
    segmenter: str
    texts: int
    characters: float
    batch: int
    texts_per_second: float
    jieba_per_second: float
    times_jieba: float
    single_median_ms: float
    single_p99_ms: float
    load_seconds: float
    model_megabytes: float
    memory_mib: float

    def as_dict(self) -> dict[str, float | str]:
        """Return JSON-able values."""
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}


def texts_to_read(most: int) -> Pairs:
    """Return up to ``most`` real messages of ``$HOTLINE_REAL_DATA``; without it the corpus, again and again."""
    if real := os.environ.get("HOTLINE_REAL_DATA"):
        return read_texts(Path(real) / "messages_unlabelled.csv")[:most]
    own = [(one.title, one.text) for one in (*corpus.train_part(), *corpus.test_part())]
    return (own * (most // len(own) + 1))[:most]


def bench_classify(model_dir: Path, pack: Pack, texts: Pairs, told: Told) -> ClassifyFigures:
    """Load the model, read ``texts`` in batches beside jieba, then one by one with evidence."""
    began = perf_counter()
    model = Classifier.load(model_dir)
    load = perf_counter() - began
    batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
    plain = text_reader(model, pack, evidence=False)
    plain.read(batches[0])  # tables are built at the first text, once a process
    memory = held()
    ours, theirs = _side_by_side(plain.read, batches, told)
    told("逐条", 0, SINGLES)
    singles = _singles(text_reader(model, pack).read, texts[:SINGLES])
    return ClassifyFigures(
        model=model.name, segmenter=str(model.manifest["segmenter"]), texts=len(texts),
        characters=sum(len(title) + len(text) for title, text in texts) / len(texts), batch=BATCH,
        texts_per_second=len(texts) / ours, jieba_per_second=len(texts) / theirs, times_jieba=theirs / ours,
        single_median_ms=statistics.median(singles), single_p99_ms=singles[int(len(singles) * 0.99)], load_seconds=load,
        model_megabytes=sum(file.stat().st_size for file in model_dir.iterdir()) / 1e6, memory_mib=memory,
    )  # fmt: skip


def _side_by_side(read: Callable[[Pairs], object], batches: Sequence[Pairs], told: Told) -> tuple[float, float]:
    """Return the seconds of both over all batches; they take turns, so that what slows the machine slows both."""
    cut = segmenter("jieba")
    cut("热身")
    ours = theirs = 0.0
    for done, batch in enumerate(batches, 1):
        began = perf_counter()
        read(batch)
        between = perf_counter()
        for title, text in batch:
            cut(f"{title}\n{text}")
        ours, theirs = ours + between - began, theirs + perf_counter() - between
        told("整批", done, len(batches))
    return ours, theirs


def _singles(read: Callable[[Pairs], object], texts: Pairs) -> list[float]:
    """Return the milliseconds of each text alone, sorted."""
    read(texts[:1])
    taken = []
    for text in texts:
        began = perf_counter()
        read([text])
        taken.append((perf_counter() - began) * 1e3)
    return sorted(taken)


def held() -> float:
    """Return the MiB this process holds in memory: now on Linux, elsewhere the most it ever held."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / _MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MIB if sys.platform == "darwin" else peak / 1024
