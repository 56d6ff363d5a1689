"""Names that sound like a housing estate and are in no table."""

from __future__ import annotations

import re

SUFFIXES = (
    "小区", "花园", "家园", "嘉园", "佳园", "佳苑", "新苑", "雅苑", "名苑", "苑",
    "名邸", "华府", "公馆", "府邸", "雅居", "新村", "名都", "名城",
    "新城", "公寓", "别墅", "庭院", "豪庭", "世家", "尚城", "国际城", "绿洲",
)  # fmt: skip
_LONGEST = 7
_WHOLE = "小区"
_STARTS = re.compile(
    r".*(?:住在|家住|居住在|住|我是|我在|在|位于|反映|投诉|举报|来电人|市民|业主|我家|我们|叫|从|到|去|和|与|及|旁边的?|对面的?|附近的?|"
    r"的|是|区|市|县|镇|街道|大街|路|街|道|号|村|旁|对面|附近|边上|里|买了|买的|了|为|由|于|给|向|请|望|将|对|被|把|让|又|也|都|就|有|称)"
)
_NOBODY = re.compile(
    r"(?:我们?|咱们?|这个?|那个?|整个?|老旧?|隔壁|封闭|街心|新建?|本|该|各个?|某|每个|所在|住宅|居民|高档|中心|美好|美丽|幸福|后|精神|别的|其他|"
    r"其它|全|几个|多个|两个|一个|一些|有的|同一|周边|周围|附近|哪个|什么|安置|回迁|商住|普通|单位|职工|学生|人才|青年|酒店|单身|老年|开放|半开放|"
    r"无物业|物业|智慧|文明|平安|共建|共享|同|此|原|旧|大|本小|个|小|不同|成熟|自己|他们?|你们?|出|进|外地|多数|部分|弃管|问题|多|高层|"
    r"电梯|商业|公租房|廉租房|经济适用房|拆迁|棚改|现代化|城市|楼下|楼上|后面|前面|里面|改造|不少|所有|任何|园|博|学|戏|文|艺|苗|鹿|林|花|御)"
)
_BEHIND_A_BARE_YARD = re.compile(r"(?:小区|\d|[东西南北,的物门楼一二三四]|$)")


def estate_named(text: str, start: int, end: int) -> str:
    """Return the estate's name that ends with the suffix ``text[start:end]``; empty when it is no proper name."""
    suffix = text[start:end]
    if suffix == "苑" and not _BEHIND_A_BARE_YARD.match(text[end : end + 2]):
        return ""
    at = start
    while at > 0 and start - at < _LONGEST and "\u4e00" <= text[at - 1] <= "\u9fff":
        at -= 1
    core = _STARTS.sub("", text[at:start])
    if len(core) < 2 or _NOBODY.fullmatch(core) or _NOBODY.fullmatch(core[-2:]):
        return ""
    return core if suffix == _WHOLE and core.endswith(SUFFIXES) else core + suffix
