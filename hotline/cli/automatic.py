"""The step that an office takes before anything goes out without a person, taken for a made-up city: classes switched on."""

from __future__ import annotations

from hotline.bootstrap import House
from hotline.services.books import Books
from routing_rules.pack import load_pack, pack_files
from routing_rules.switching import automatic_classes, switched_on

OFFICE = "示例热线办"


def switch_on(house: House) -> bool:
    """Publish the pack with its automatic rows' classes on as the first book; returns whether there was none before."""
    files = pack_files(house.settings.pack)
    changed = switched_on(files, automatic_classes(load_pack(files)))
    return Books(house.store, house.clock).publish_first(changed, by=OFFICE)


def told(house: House) -> str:
    """Return the sentence on the screen about what goes out without a person in this city."""
    classes = house.books.current().settings.auto_classes
    if not classes:
        return "自动派单:未开启任何类别,每一件都由派单员派出"
    return f"自动派单:规则包随附时全部关闭;{OFFICE}已在本示例中开启 {len(classes)} 类,由系统派出的工单标有“系统派单”,并按比例抽查"
