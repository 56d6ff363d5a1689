"""``hotline bench``: speed, side by side with the thing to beat, in one run."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import SecretStr

from classifiers import corpus
from hotline.bench.classify import ClassifyFigures, bench_classify, texts_to_read
from hotline.bench.duplicates import bench_duplicates
from hotline.bench.figures import BATCH, bench_figures
from hotline.bench.order_list import END, bench_list
from hotline.bench.rehearse import bench_rehearse
from hotline.bench.rules import bench_rules
from hotline.bench.stepped_clock import SteppedClock
from hotline.bench.stream import StreamFigures, bench_stream
from hotline.bootstrap import House, environment, open_house
from hotline.cli.common import out, progress, settings
from hotline.cli.models import ensure_model
from hotline.cli.replaying import free_port
from hotline.cli.run import prepare
from hotline.domain.call import NewCall
from hotline.services.figures.periods import month_of
from hotline.settings import Settings
from hotline.simulation.month import simulate
from hotline.store import migrate, open_store
from hotline.upstream.replay import read_messages
from routing_rules.pack import load_pack, pack_files
from streams.broker import EmbeddedBroker

MONTH_END = datetime(2026, 11, 1, tzinfo=UTC)

app = typer.Typer(help="测速", no_args_is_help=True)


@app.command()
def stream(
    calls: Annotated[int, typer.Option(min=500, max=1_000_000, help="来电件数")] = 20_000,
    data: Annotated[Path | None, typer.Option(help="来件文件;缺省为自带语料")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """从主题到已提交工单的速度,与空转的消费者在同一次运行中比较(临时数据目录,自动派单已开启)."""
    chosen = settings()
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        own = chosen.model_copy(update={"data_dir": Path(folder), "model": chosen.model or chosen.model_dir})
        found = _stream(prepare(own, automatic=True), data, calls)
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    out.print(f"{found.calls} 件,平均 {found.characters:.0f} 字;须人工派单 {found.on_desk:.0%}")
    out.print(f"登记 {found.intake:.0f} 件/秒,转发 {found.relay:.0f} 件/秒")
    out.print(f"空转消费者 {found.bare:.0f} 件/秒,到已提交工单 {found.orders:.0f} 件/秒,比值 {found.ratio:.2f}")


@app.command()
def classify(
    model: Annotated[Path | None, typer.Option(help="模型文件夹;缺省为本部署的模型")] = None,
    texts: Annotated[int, typer.Option(min=500, max=100_000, help="文本条数")] = 3_000,
    pack: Annotated[str, typer.Option(help="规则包名称或文件夹")] = corpus.PACK,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """整个判读(不含依据)与单独 jieba 分词在同一进程中并排测速;有 HOTLINE_REAL_DATA 时用真实来信."""
    chosen = settings()
    if model is None:
        ensure_model(chosen)
    with progress("测速", None) as bar:
        where, rules = model or chosen.model_dir, load_pack(pack)
        found = bench_classify(where, rules, texts_to_read(texts), lambda step, done, total: bar(done, total, step))
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    _say(found)


@app.command()
def duplicates(
    orders: Annotated[int, typer.Option(min=1_000, max=1_000_000, help="在办工单件数")] = 100_000,
    texts: Annotated[int, typer.Option(min=500, max=100_000, help="文本条数")] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """在许多在办工单中查找重复件:速度与查准查全;有 HOTLINE_REAL_DATA 时用真实来信."""
    with progress("测速", None) as bar:
        every = list(dict.fromkeys(texts_to_read(texts)))
        found = bench_duplicates(every, orders, lambda step, done, total: bar(done, total, step))
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    out.print(f"{found.orders} 件在办工单:登记 {found.add_us:.0f} 微秒/件,占用 {found.memory_mib:.0f} MiB")
    out.print(f"查找中位数 {found.median_ms:.2f} 毫秒,99% 在 {found.p99_ms:.2f} 毫秒内")
    out.print(f"{found.pairs} 对近似文本:查准 {found.precision:.1%},查全 {found.recall:.1%}")


@app.command()
def rehearse(
    orders: Annotated[int, typer.Option(min=100, max=1_000_000, help="工单件数")] = 10_000,
    pack: Annotated[str, typer.Option(help="规则包名称或文件夹")] = "kundulun",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """用一年的虚构工单试算一份改了二十分之一派单行的草案(临时数据库)."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, progress("测速", None):
        url = f"sqlite:///{folder}/hotline.db"
        migrate(url)
        store = open_store(url)
        found = bench_rehearse(store, pack_files(pack), orders, datetime.now(UTC))
        store.close()
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    out.print(f"{found.orders} 件工单、{found.rows} 行派单规则,试算 {found.seconds:.1f} 秒;改派 {found.moved} 件")


@app.command("list")
def work_list(
    database_url: Annotated[str | None, typer.Option(help="空的数据库,例如 postgresql://…;缺省为临时的 SQLite 文件")] = None,
    orders: Annotated[int, typer.Option(min=1_000, max=10_000_000, help="工单件数")] = 1_000_000,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """一个承办单位在许多工单中打开自己的待办列表要多久:45 个单位,百分之二在办."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, progress("填充", orders) as bar:
        url = database_url or f"sqlite:///{folder}/hotline.db"
        migrate(url)
        store = open_store(url)
        house = House(settings().model_copy(update={"data_dir": Path(folder)}), store, SteppedClock(END))
        texts = [(one.title, one.text) for one in corpus.test_part()]
        found = bench_list(store, house.work_list, url, orders, texts, lambda done, total: bar(done, total, "填充"))
        store.close()
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    out.print(f"{found.orders} 件工单,在办 {found.open_orders} 件,{found.units} 个单位;填充 {found.fill_seconds:.0f} 秒")
    out.print(f"待办列表(50 件)中位数 {found.list_median_ms:.1f} 毫秒,99% 在 {found.list_p99_ms:.1f} 毫秒内")
    out.print(f"各标签页计数 99% 在 {found.counts_p99_ms:.1f} 毫秒内,连同列表 {found.page_p99_ms:.1f} 毫秒")
    out.print(f"翻到下一页 99% 在 {found.next_p99_ms:.1f} 毫秒内")


@app.command()
def figures(
    database_url: Annotated[str | None, typer.Option(help="空的数据库,例如 postgresql://…;缺省为临时的 SQLite 文件")] = None,
    orders: Annotated[int, typer.Option(min=1_000, max=1_000_000, help="一个月的工单件数")] = 100_000,
    lives: Annotated[int, typer.Option(min=50, max=5_000, help="模拟多少件,其余为其复本")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """一个月许多工单的各张统计表和通报要多久,与在内存中逐单统计一张表比较."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, progress("模拟", lives) as bar:
        chosen = settings()
        url = database_url or f"sqlite:///{folder}/hotline.db"
        model = chosen.model or chosen.model_dir
        own = chosen.model_copy(update={"data_dir": Path(folder), "model": model, "database_url": SecretStr(url)})
        chosen = prepare(own, automatic=True)
        house = House(chosen, open_store(url), SteppedClock(max(datetime.now(UTC), MONTH_END + timedelta(days=20))))
        simulate(house, orders=lives, seed=1, end=MONTH_END, told=bar)
        period = month_of("2026-10", house.books.current().zone)
        found = bench_figures(
            house, house.figures, house.figure_keeper, house.bulletins, url=url, orders=orders, period=period,
            told=lambda done, total: bar(done, total, "填充"),
        )  # fmt: skip
        house.store.close()
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    out.print(f"{found.orders} 件工单;从头统计 {found.anew_per_second:.0f} 件/秒")
    out.print(f"{BATCH} 件有变动的工单 {found.batch_seconds:.1f} 秒")
    tables = {"承办单位": found.unit_seconds, "类别": found.category_seconds, "月份": found.month_seconds}
    tables |= {"街道": found.street_seconds, "渠道": found.channel_seconds, "标签": found.tag_seconds}
    out.print("各表用时:" + ",".join(f"{name} {seconds:.2f} 秒" for name, seconds in tables.items()))
    out.print(f"通报 {found.bulletin_seconds:.1f} 秒")
    out.print(f"在内存中逐单统计一张表 {found.fold_seconds:.1f} 秒,为最慢一张的 {found.ratio:.1f} 倍")


@app.command()
def rules(
    pack: Annotated[str, typer.Option(help="规则包名称或文件夹,用它的工作日历")] = "kundulun",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """一次派单判定与 zen-engine 在同一张表、同一次运行中并排测速;到期时间的速度和日历占用的内存."""
    with progress("测速", None) as bar:
        found = bench_rules(load_pack(pack), bar)
    if as_json:
        out.file.write(orjson.dumps(found.as_dict()).decode() + "\n")
        return
    out.print(f"{found.rows} 行:每次判定 {found.decision_us:.1f} 微秒;条件取值均为首次出现时 {found.first_seen_us:.1f} 微秒")
    out.print(f"zen-engine {found.zen_us:.0f} 微秒,为其 {found.times_zen:.0f} 倍;{found.agreed} 次判定双方一致")
    out.print(f"500 行 {found.small_us:.1f} 微秒,50,000 行 {found.large_us:.1f} 微秒,{found.growth:.2f} 倍")
    out.print(f"工作日时限每秒 {found.due_per_second:,.0f} 个到期时间;日历占用 {found.calendar_mib:.2f} MiB")


def _say(found: ClassifyFigures) -> None:
    out.print(
        f"模型 {found.model}({found.model_megabytes:.1f} MB,载入 {found.load_seconds:.2f} 秒,占用 {found.memory_mib:.0f} MiB)"
    )
    out.print(f"{found.texts} 条,平均 {found.characters:.0f} 字;每批 {found.batch} 条 {found.texts_per_second:.0f} 条/秒")
    out.print(f"jieba 单独分词 {found.jieba_per_second:.0f} 条/秒,为其 {found.times_jieba:.1f} 倍")
    out.print(f"单条(含依据)中位数 {found.single_median_ms:.2f} 毫秒,99% 在 {found.single_p99_ms:.2f} 毫秒内")


def _stream(chosen: Settings, data: Path | None, calls: int) -> StreamFigures:
    if not chosen.embedded:
        return _measure(chosen, data, calls)
    own = chosen.model_copy(update={"broker_port": free_port()})
    with EmbeddedBroker(port=own.broker_port, data_dir=own.data_dir, binary=own.broker_bin):
        return _measure(own, data, calls)


def _measure(chosen: Settings, data: Path | None, calls: int) -> StreamFigures:
    house = open_house(chosen)
    with progress("测速", calls) as bar:
        texts = _texts(chosen, data)
        return bench_stream(house, environment(chosen), texts, calls, lambda step, done, total: bar(done, total, step))


def _texts(chosen: Settings, data: Path | None) -> list[tuple[str, str]]:
    if data is None:
        return [(one.title, one.text) for one in corpus.test_part()]
    house = open_house(chosen)
    found = read_messages(data, house.books.current().calendar, house.clock.now())
    return [(one.title, one.text) for one in found if isinstance(one, NewCall)]
