"""``hotline evaluate --study``: variants of the learner side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import orjson
from rich.table import Table

from classifiers import corpus
from classifiers.examples import read_examples, read_texts
from classifiers.report import VIEWS
from classifiers.study import Outcome
from classifiers.study import study as try_out
from hotline.cli.common import out, progress


def run_study(files: Sequence[Path], against: Path | None, unlabelled: Path | None, *, as_json: bool) -> None:
    """Print what each variant gives: learned from ``files`` (or the corpus), cross-validated, and on the texts ``against``."""
    learned = list(read_examples(files)) if files else list(corpus.train_part())
    test = read_examples([against]) if against else [] if files else list(corpus.test_part())
    with progress("比较", None) as bar:
        made = try_out(
            learned, test, read_texts(unlabelled) if unlabelled else [], lambda name, done, total: bar(done, total, name)
        )
    if as_json:
        out.file.write(orjson.dumps({"study": [asdict(one) for one in made]}).decode() + "\n")
        return
    out.print(_table(made))


def _table(made: Sequence[Outcome]) -> Table:
    table = Table(title="做法比较:宏平均 F1(交叉验证中相近的文本在同一折;与测试文本相近的不参与训练)")
    table.add_column("做法")
    tested = [view for view in VIEWS if view in made[0].test]
    for heading in (*(f"交叉验证 {VIEWS[view]}" for view in VIEWS), *(f"测试 {VIEWS[view]}" for view in tested)):
        table.add_column(heading)
    for one in made:
        figures = (*(one.cross_validated[view] for view in VIEWS), *(one.test[view] for view in tested))
        table.add_row(one.name, *(f"{figure:.3f}" for figure in figures))
    return table
