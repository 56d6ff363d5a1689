"""A text without the people in it: what may be kept to learn from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hotline.domain.text import mask_text

SOMEBODY = "某"
_LONG_NUMBER = re.compile(r"[\d*]{6,}[\d*Xx]*")  # the digits of every script
_FAMILY = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费薛雷贺倪汤"
    "滕罗毕郝邬安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮蓝季贾路江童郭梅林钟徐邱骆高夏蔡田樊胡凌霍万柯管卢莫"
    "房丁邓洪包石崔龚程裴陆荣翁段侯武刘龙叶白蒲卓乔温庄曾关廖耿文寇欧聂敖冷辛简饶沙丰游盖肖涂谭付边"
)
_GIVEN = "[\u4e00-\u9fff]{1,2}"
_SAID = re.compile(
    r"(?P<before>(?:我叫|名叫|叫做|姓名|联系人|投诉人|来电人|反映人|当事人)(?:是|为)?[::,,\s]?)"
    rf"(?:欧阳|上官|司马|诸葛|[{_FAMILY}]){_GIVEN}"
    r"(?=[,。,.、;;\s((::]|电话|手机|身份证|反映|住|家住|$)"
)
_TITLED = re.compile(
    rf"(?:欧阳|上官|司马|诸葛|[{_FAMILY}])(?:[\u4e00-\u9fff]{{0,2}}?)"
    r"(?P<title>先生|女士|小姐|师傅|经理|大爷|大妈|阿姨|大姐|大哥)"
)


def without_people(text: str, names: Iterable[str] = ()) -> str:
    """Return ``text`` without phone numbers, identity numbers and people's names; ``names`` are those that are known.

    Names are found where a person is named as such (我叫…, 联系人:…, 王某先生). Numbers of six digits and more go whole: no class
    is told by them.
    """
    plain = mask_text(text)
    for name in sorted({one.strip() for one in names}, key=len, reverse=True):
        if len(name) >= 2:
            plain = plain.replace(name, SOMEBODY)
    plain = _LONG_NUMBER.sub("*", plain)
    plain = _SAID.sub(rf"\g<before>{SOMEBODY}", plain)
    return _TITLED.sub(rf"{SOMEBODY}\g<title>", plain)
