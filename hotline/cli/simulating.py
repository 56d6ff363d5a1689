"""``hotline simulate``: a made-up month through the real services, and whether everything that must hold held."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table

from hotline.bootstrap import House, open_house
from hotline.cli.automatic import told
from hotline.cli.common import out, progress, settings
from hotline.cli.run import prepare
from hotline.errors import HotlineError, InvalidInput
from hotline.services.rows import OrderFilter
from hotline.simulation.month import Outcome
from hotline.simulation.month import simulate as live

MONTH = "2026-10"
NAMES = {
    "events_without_gap": "事件连续", "one_holder": "任何时刻只有一个承办单位", "clock_not_moved": "转派不改工单时限",
    "allowance_kept": "退单不超次数", "said_once": "每次提醒只发一次", "by_a_person": "办结、并单、剔除等均由人办理",
    "closed_with_its_duties": "办结前已答复并审核", "always_held": "每一刻都有承办方", "clock_told": "时限变动都有记录",
    "called_back": "该回访的已回访", "called_as_owed": "不回访的确不需回访", "released": "审核前已逐级签发",
    "acknowledged": "紧急工单办结前已有人确认", "secret_kept": "保密工单不露来电人", "kept_apart": "并单不改编号",
    "not_the_accused": "不派给被诉单位", "answered_by_somebody": "答复有答复人和时间",
    "decided_once": "每项申请只决定一次",
    "upstream_answered_once": "上级来件各处理一次",
}  # fmt: skip


MARK = "simulated.month"


def simulate(
    orders: Annotated[int, typer.Option(min=1, help="首次来电的件数")] = 20_000,
    seed: Annotated[int, typer.Option(help="同一种子得到同一个月")] = 1,
    month: Annotated[str, typer.Option(help="模拟哪个月,YYYY-MM")] = MONTH,
    as_json: Annotated[bool, typer.Option("--json", help="最后一行为 JSON")] = False,
) -> None:
    """模拟一个月:市民、派单员、各承办单位和上级平台都按真实服务办理,并核对各项不变量."""
    end = _end_of(month)
    house = open_house(prepare(settings(), automatic=True))
    _begin(house, f"{month}/{orders}/{seed}")
    with progress(f"模拟 {month}", orders) as bar:
        outcome = live(house, orders=orders, seed=seed, end=end, told=bar)
    if as_json:
        out.print(json.dumps(_as_json(outcome), ensure_ascii=False), soft_wrap=True)
    else:
        out.print(told(house), soft_wrap=True)
        _show(outcome)
    if any(outcome.violations.values()):
        raise HotlineError("an invariant is broken", message="有不变量被破坏,名称和工单见上")


def _end_of(month: str) -> datetime:
    """Return the end of a month, aware. Raises ``InvalidInput``."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidInput(f"{month} is no month", message="月份应写成 YYYY-MM,例如 2026-10") from None
    return (first + timedelta(days=31)).replace(day=1)


def _begin(house: House, what: str) -> None:
    """Note in the database that this month stands in it. Raises ``InvalidInput`` for one that has orders already."""
    with house.store.write() as work:
        if work.marks.mark(MARK) or work.orders.count(OrderFilter()):
            raise InvalidInput("orders are there", message="该数据目录已有工单;请用 HOTLINE_DATA_DIR 指定一个新的文件夹再模拟")
        work.marks.set_mark(MARK, what)
        work.commit()


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "orders": outcome.orders, "events": outcome.events, "upstream_messages": outcome.upstream_messages,
        "violations": dict(outcome.violations), "shown": outcome.shown, "refused": dict(sorted(outcome.refused.items())),
    }  # fmt: skip


def _show(outcome: Outcome) -> None:
    out.print(f"工单 {outcome.orders} 件,事件 {outcome.events} 条,上级来件 {outcome.upstream_messages} 条")
    table = Table("不变量", "违反", "工单", box=None)
    for name, times in outcome.violations.items():
        table.add_row(NAMES[name], str(times), "、".join(outcome.shown.get(name, [])))
    out.print(table)
    late = sum(outcome.refused.values())
    out.print(f"被拒绝的操作 {late} 次(他人已先办理、次数用完等)")
