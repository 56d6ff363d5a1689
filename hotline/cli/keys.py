"""``hotline key``: who may come in."""

from __future__ import annotations

from typing import Annotated

import typer

from hotline.cli.common import first_house, house, out
from hotline.domain.roles import ROLE_NAMES, Role
from hotline.errors import NotFound

app = typer.Typer(help="访问密钥", no_args_is_help=True)


@app.command()
def new(
    role: Annotated[Role, typer.Option(help="角色")],
    unit: Annotated[str | None, typer.Option(help="承办单位代码(仅经办人)")] = None,
    name: Annotated[str, typer.Option(help="显示在工单历史中的名字")] = "",
) -> None:
    """生成密钥,只显示这一次."""
    opened = first_house()
    if unit is not None:
        opened.books.current().receiving_unit(unit)
    out.print(opened.access.new_key(role, unit=unit, name=name), soft_wrap=True)


@app.command(name="list")
def listing() -> None:
    """列出密钥(不显示密钥本身)."""
    access = house().access
    for key in access.keys():  # noqa: SIM118  # a service, no mapping
        state = f"已停用 {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "有效"
        out.print(f"{key.id}  {ROLE_NAMES[key.role]}  {key.unit or '-'}  {key.name}  {key.created_at:%Y-%m-%d}  {state}")


@app.command()
def revoke(ident: Annotated[str, typer.Argument(help="hotline key list 显示的编号")]) -> None:
    """停用密钥."""
    if not house().access.revoke(ident):
        raise NotFound("key", ident)
    out.print(f"已停用 {ident}")
