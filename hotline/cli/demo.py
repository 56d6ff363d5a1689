"""``hotline demo``: a lively sample city from nothing, with one key a role; Ctrl-C stops everything."""

from __future__ import annotations

import threading

from rich.table import Table

from hotline.bench.sample_city import feed_city, trickle
from hotline.bootstrap import House, environment, open_house
from hotline.cli.automatic import told
from hotline.cli.common import err, out, progress, settings
from hotline.cli.replaying import ready
from hotline.cli.run import prepare, see_ports, start_all
from hotline.cli.supervisor import Supervisor
from hotline.domain.roles import ROLE_NAMES, UNIT_ROLES, Role
from hotline.errors import HotlineError
from hotline.settings import Settings

MARK = "demo.city"
ORDERS = 480
SEED = 12345
START_SECONDS = 90.0
TRICKLE_SECONDS = 20.0
DEMO = "演示"
CLERK_UNIT = "ZJJ"


def demo() -> None:
    """演示:建立示例城市并启动全部进程,显示地址与各角色密钥,Ctrl-C 全部停止."""
    chosen = settings()
    own = {"data_dir": chosen.data_dir / "demo", "log_level": "warning"}
    chosen = chosen.model_copy(update={name: value for name, value in own.items() if name not in chosen.model_fields_set})
    see_ports(chosen)
    house = open_house(prepare(chosen, automatic=True))
    _feed_once(house)
    keys = _fresh_keys(house)
    with Supervisor(environment(chosen), told=err.print) as children:
        start_all(children, chosen)
        if not children.wait(lambda: ready(chosen.web_port) and ready(chosen.worker_port), deadline=START_SECONDS):
            raise HotlineError("the demo did not start", message=f"{START_SECONDS:.0f} 秒内没有全部启动,请看上面的日志")
        _tell(chosen, keys, told(house))
        stop = threading.Event()
        source = threading.Thread(target=trickle, args=(house.intake, house.clock, TRICKLE_SECONDS, stop), daemon=True)
        source.start()
        children.run()
        stop.set()
        source.join(TRICKLE_SECONDS)
    out.print("已全部停止")


def _feed_once(house: House) -> None:
    """Live a month of the sample city, once for a data folder."""
    with house.store.read() as work:
        if work.marks.mark(MARK):
            return
    with progress("示例城市", ORDERS) as bar:
        feed_city(house, orders=ORDERS, seed=SEED, told=bar)
    with house.store.write() as work:
        work.marks.set_mark(MARK, house.clock.now().isoformat())
        work.commit()


def _fresh_keys(house: House) -> dict[Role, str]:
    """Return a new key for every role; those of an earlier demo stop working."""
    access = house.access
    for key in access.keys():  # noqa: SIM118  # a service, no mapping
        if key.name.startswith(DEMO) and key.revoked_at is None:
            access.revoke(key.id)
    return {role: access.new_key(role, unit=_unit(role), name=f"{DEMO}{number}号") for number, role in enumerate(Role, 1)}


def _unit(role: Role) -> str | None:
    return CLERK_UNIT if role in UNIT_ROLES else None


def _tell(chosen: Settings, keys: dict[Role, str], automatic: str) -> None:
    out.print(f"\n网页与接口  http://{chosen.web_host}:{chosen.web_port}")
    out.print(f"指标        http://{chosen.web_host}:{chosen.web_port}/metrics · :{chosen.worker_port} · :{chosen.clock_port}\n")
    table = Table("角色", "登录密钥", box=None)
    for role, key in keys.items():
        table.add_row(ROLE_NAMES[role] + (f"({CLERK_UNIT})" if role in UNIT_ROLES else ""), key)
    out.print(table)
    out.print(f"\n{automatic}", soft_wrap=True)
    out.print(f"约每 {TRICKLE_SECONDS:.0f} 秒有一件新来电。按 Ctrl-C 停止。")
    out.print(f"示例数据在 {chosen.data_dir},删除该文件夹即重新开始", soft_wrap=True)
    out.print(f"对示例执行其他命令时加上 HOTLINE_DATA_DIR={chosen.data_dir}", soft_wrap=True)
