"""``hotline train``, ``evaluate`` and ``classify``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from classifiers import corpus
from classifiers.cold_train import accuracy_above, train_blended, train_cold
from classifiers.evaluate import evaluate as measure
from classifiers.evaluate import rounded
from classifiers.examples import read_examples
from classifiers.folder import verify
from classifiers.lines import Decide, answers, dump
from classifiers.model import Classifier
from classifiers.reader import text_reader
from classifiers.report import page as html_page
from classifiers.train import train as learn
from classifiers.train import train_default
from hotline.cli.common import err, out, progress
from hotline.cli.models_tables import evaluation, show_answers
from hotline.cli.studying import run_study
from hotline.domain.call import MAX_FIELD, MAX_TEXT, NewCall
from hotline.domain.reading import Reading
from hotline.domain.text import clean
from hotline.errors import InvalidInput
from hotline.services.decide import propose
from hotline.settings import Settings
from routing_rules.pack import Pack, load_pack

Folder = Annotated[Path, typer.Option("--model", help="模型文件夹")]
DEFAULT_PACK = "kundulun"


def train(
    model: Folder,
    data: Annotated[list[Path] | None, typer.Option("--data", help="CSV 或 XLSX,可多次给出;缺省为自带语料")] = None,
    more: Annotated[list[Path] | None, typer.Argument(help="更多数据文件")] = None,
    cold_start: Annotated[bool, typer.Option("--cold-start", help="没有标签时,只用规则包的类别树和单位职责")] = False,
    pack: Annotated[str | None, typer.Option(help="规则包;与数据一起给出时,标签少的部分由规则包补足")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出结果")] = False,
) -> None:
    """训练模型:类别,以及文件中有的承办单位与诉求类型."""
    files = [*(data or []), *(more or [])]
    if cold_start and files:
        raise InvalidInput("a cold start takes no data", message="--cold-start 不带数据文件;已有标签时给出 --pack 和数据即可")
    manifest = train_cold(load_pack(pack or DEFAULT_PACK), model) if cold_start else _learn(model, files, pack)
    if as_json:
        out.file.write(orjson.dumps({"model": manifest["name"], "scores": manifest["scores"]}).decode() + "\n")
        return
    out.print(f"模型 {manifest['name']} 已写入 {model},学习 {manifest['texts']} 条")
    for head, scores in manifest["scores"].items():
        out.print(f"  {head}: 交叉验证准确率 {scores['accuracy']:.3f},宏平均 F1 {scores['macro_f1']:.3f}")


def evaluate(
    model: Annotated[Path | None, typer.Option("--model", help="模型文件夹")] = None,
    data: Annotated[list[Path] | None, typer.Option("--data", help="带标签的 CSV 或 XLSX;缺省为自带语料的测试部分")] = None,
    more: Annotated[list[Path] | None, typer.Argument(help="更多数据文件")] = None,
    above: Annotated[bool, typer.Option("--cold-start", help="只量数据中出现的上级类别(冷启动的模型)")] = False,
    study: Annotated[
        bool, typer.Option("--study", help="不量模型,而比较各种学法:在 --data 上交叉验证,并在 --against 上测试")
    ] = False,
    against: Annotated[Path | None, typer.Option(help="--study 的测试文件")] = None,
    unlabelled: Annotated[Path | None, typer.Option(help="--study 的无标签文本")] = None,
    page: Annotated[Path | None, typer.Option("--report", help="把带图的报告写成一个网页文件(不引用任何外部资源)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """在带标签的文本上衡量模型."""
    files = _existing([*(data or []), *(more or []), *(one for one in (against, unlabelled) if one)])
    files = [one for one in files if one not in (against, unlabelled)]
    if study:
        run_study(files, against, unlabelled, as_json=as_json)
        return
    if model is None:
        raise InvalidInput("no model given", message="请用 --model 给出模型文件夹,或用 --study 比较各种学法")
    loaded = Classifier.load(model)
    examples = list(read_examples(files)) if files else list(corpus.test_part())
    if above:
        out.file.write(orjson.dumps(accuracy_above(loaded, examples)).decode() + "\n")
        return
    report = measure(loaded, examples)
    if page is not None:
        page.write_text(html_page(report), encoding="utf-8")
    if as_json:
        out.file.write(orjson.dumps(rounded(report)).decode() + "\n")
        return
    for table in evaluation(report):
        out.print(table)


def classify(
    model: Folder,
    pack: Annotated[str, typer.Option(help="规则包名称或文件夹,goes_out 按它判断")] = DEFAULT_PACK,
    accept_error: Annotated[float, typer.Option(min=0.001, max=0.5, help="自动派出部分可接受的错误率")] = 0.05,
    as_table: Annotated[bool, typer.Option("--table", help="以表格输出,每件一行,警示单列")] = False,
) -> None:
    """逐行读取 JSON {"id", "title", "text"},逐行写出分类结果;读不懂的行给出 error,继续处理,最后以状态 1 退出."""
    rules = load_pack(pack)
    reader = text_reader(Classifier.load(model), rules, accept_error=accept_error)
    faults = 0
    found = answers(sys.stdin.buffer, reader, _decider(rules))
    for one in show_answers(found) if as_table else found:
        faults += "error" in one
        if not as_table:
            sys.stdout.write(dump(one) + "\n")
    sys.stdout.flush()
    if faults:
        raise typer.Exit(1)


def _decider(pack: Pack) -> Decide:
    """Return whether a text would go out without a person: what triage would do with the pack."""
    received_at = datetime.now(pack.zone)

    def goes_out(title: str, text: str, reading: Reading) -> bool:
        if not (clean(title).strip() or clean(text).strip()):
            return False
        new = NewCall(source="classify", message_id="-", received_at=received_at, text=text[:MAX_TEXT], title=title[:MAX_FIELD])
        return propose(pack, new, reading).goes_out

    return goes_out


def ensure_model(chosen: Settings) -> None:
    """Train the default model when this deployment has none yet; raises ``ModelError`` for one that cannot be used."""
    if chosen.model is None and not (chosen.model_dir / "manifest.json").is_file():
        err.print("首次启动:用自带语料训练默认模型")
        _learn(chosen.model_dir, [])
    verify(chosen.model_dir)


def _learn(model: Path, files: Sequence[Path], pack: str | None = None) -> Mapping[str, Any]:
    found = _existing(files)
    with progress("训练", None) as bar:

        def show(step: str, done: int, total: int) -> None:
            bar(done, total, f"训练 {step}")

        if found and pack:
            return train_blended(load_pack(pack), found, model, show)
        return learn(found, model, show) if found else train_default(model, show)


def _existing(files: Sequence[Path]) -> list[Path]:
    if missing := [str(file) for file in files if not file.is_file()]:
        raise InvalidInput(f"no file {missing[0]}", message=f"没有文件 {missing[0]}")
    return list(files)
