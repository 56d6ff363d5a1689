"""A dispatcher brings in the city's sheet after a look at it, and marks what was entered on the city's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.roles import Role
from tests.browser.city import REVIEWER, City
from tests.browser.conftest import Visitor
from tests.unit.exports import row, xlsx_file

pytestmark = pytest.mark.browser


def test_a_sheet_is_looked_at_and_then_brought_in(
    visitor: Visitor, city: City, tmp_path: Path, picture: Callable[[Page, str], None]
) -> None:
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/upstream")
    page.click("text=导入市级表")
    page.set_input_files("#file", xlsx_file(tmp_path, [row(1), row(2), row(3)]))
    page.click("button:has-text('看变化')")
    expect(page.locator("[data-plan]")).to_contain_text("3 行")
    page.click("text=确认导入")
    expect(page.locator("[role=status]")).to_contain_text("新登记 3 件")
    with city.store.read() as work:
        calls = [
            one.id for number in (1, 2, 3) for one in work.calls.under([f"BT20261120{number:05d}"])[f"BT20261120{number:05d}"]
        ]
    city.triage.handle(calls)
    later = [
        row(1, 承诺完成时间="2026-11-27", 办件状态="已催办"),
        row(2, 诉求内容="来电人补充:整栋楼都不热"),
        row(4, 派发时间="不详"),
    ]
    page.goto("/import")
    page.set_input_files("#file", xlsx_file(tmp_path, later))
    page.keyboard.press("Tab")
    page.click("button:has-text('看变化')")
    expect(page.locator("section").filter(has_text="有变化").last).to_contain_text("时限变更")
    expect(page.locator("main")).to_contain_text("BT2026112000003")
    expect(page.locator("main")).to_contain_text("不能导入")
    picture(page, "import")
    page.click("text=确认导入")
    expect(page.locator("[role=status]")).to_contain_text("来件变更 2 件")


def test_no_file_and_a_file_that_is_no_table_are_told(visitor: Visitor, tmp_path: Path) -> None:
    visitor.expect("422")
    page = visitor.sign_in(Role.DISPATCHER)
    page.goto("/import")
    (tmp_path / "信.csv").write_text("您好\n", "utf-8")
    page.set_input_files("#file", tmp_path / "信.csv")
    page.click("button:has-text('看变化')")
    expect(page.locator("#problem")).to_contain_text("没有找到表头")


def test_what_was_entered_on_the_city_s_page_is_marked(
    visitor: Visitor, city: City, picture: Callable[[Page, str], None]
) -> None:
    for number in (1, 2):
        order = city.answered("小区路灯不亮,晚上很黑", "CGJ", upstream_no=f"BT202611230000{number}")
        city.handling.review(order.id, passed=True, by=REVIEWER)
    page = visitor.sign_in(Role.REVIEWER)
    page.goto("/upstream")
    expect(page.locator("tbody tr")).to_have_count(2)
    picture(page, "upstream")
    page.check("tbody tr:first-child input")
    page.fill("#note", "已在市级平台录入")
    page.click("text=所选已回填")
    expect(page.locator("[role=status]")).to_contain_text("已标记为已回填")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click(".tabs >> text=已回填")
    expect(page.locator("tbody tr")).to_contain_text("测试reviewer")
    with page.expect_download() as sheet:
        page.click("text=下载回填表")
    assert sheet.value.suggested_filename.endswith(".xlsx")
