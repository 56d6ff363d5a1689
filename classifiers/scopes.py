"""Whether what a word names is happening: not denied, feared, supposed, remembered, watched, practised or asked about."""

from __future__ import annotations

import re

from classifiers.frames import END

_SENTENCE_END = re.compile(r"[.!?。\n]")
_CLAUSE_END = re.compile(r"[,.!?;:。\n]")
_NEAR = 10
_AT_LENGTH = 250
"""Characters from which a text tells a story: what happens now is said to happen now. A call taken down with its place, what was
asked before and what is wanted is shorter; letters are longer."""
_DENIED = re.compile(
    r"(?:(?:没|未|无|别|防|又不是|不曾)[^,]?|(?:没有|没能|并没|不是|并非|不会|"
    r"不想|不敢|不要|不至于|杜绝|谨防|严禁|禁止)[^,]{0,3}|"
    r"(?:防止|预防|避免|以免|以防|免得|省得|以为|误以为)[^,]{0,6})$"
)
_NOT_DENIED = re.compile(
    r"(?:没人|没法|没完|没多|没几|没一|没注|没站|没敢|没看|无人|没力|别人|级别|特别|"
    r"分别|没药|没盖|是不是|没踩|没扶)[^,]?$"
)
_FEARED = re.compile(
    r"(?:怕(?!是)|担心|生怕|害怕|万一|如果|要是|假如|假设|倘若|容易|很易|早晚|迟早|"
    r"哪天|可能会|有可能|可能造成|可能引|隐患|风险|"
    r"一旦|会不会|恐怕会|避免|防止|以防|预防|差点|差一点|险些|真要|真有|会出|等于|难道|非得等|非要等|比如)[^。]{0,14}$"
)
_AFTER_NOUN = re.compile(
    r"^[^,]{0,2}?(?:史|刚出院|出院|后遗症|康复|隐患|风险|危险性|演练|演习|"
    r"报警器(?!.{0,4}[响叫])|报警装置|险情处|认定|赔偿|理赔|科|多发|频发|逃生|预案|"
    r"鉴定|宣传|"
    r"知识|保险|损失|怎么办理|案|的事|责任|等级|通道|标识|的概率|伤残|工伤|起诉|判决|调解|"
    r"记录|的话|的可能|自救|检测|后来|以后|"
    r"之后|后,|那天|那次|那会|时候|救援队|事故科|应该|补助|补贴|事故后|的后果|是不是要|的视频|预防|"
    r"的时候|受伤的|住院|去世|走的|没了的|死的|死过|过人|过一|过几|过两|过火|过好|过,|过$)"
)
_PAST = re.compile(
    r"上个?月|去年|前年|大前年|上个?(?:周|礼拜|星期)|上回|上次|那次|那年|前几天|前段|"
    r"前些|前阵|(?<!从)(?:前天|前两天|那天|昨天|昨晚|昨夜|昨日)|"
    r"夜来|之前|以前|曾经|曾|(?<![晕昏倒死睡])过去(?!了)|(?:[一二两三四五六七八九十几\d])(?:年|个月|"
    r"月|天|周|星期)(?:以)?前|当年|当时|早就|事后|已经?处理|"
    r"小时候|年轻时候|每年|往年|历年|\d{4}年|\d{1,2}月\d{1,2}[日号]|"
    r"头两年|早些年|月份|年夏|年冬|今年[初春夏]|多次|从前"
)
_AFTERMATH = re.compile(
    r"赔偿|理赔|赔钱|不赔|该赔|赔了|索赔|认定书|伤情鉴定|事故认定|复议|报销|报了|医药费|"
    r"抚恤|丧葬|伤残|低保|公租房|救助申请|申请救助|临时救助|"
    r"补助|补贴|表扬|嘉奖|锦旗|感谢|谢谢你们|谢谢了|保险公司|保险不|全责|谁负责|有没有责任|"
    r"立案|调解书|判决|起诉|处理完|结案|找回来|救下|抢救过来|"
    r"脱险|已经灭|灭了|扑灭|找到了|都好了|没事了|脱离危险|没受伤|没有受伤|没人受伤|人没事|"
    r"无人员|没有人员|进展|后来|恢复了|出院|狗主人|退了|事故以后|"
    r"不用来|想开了|怎么换届|狂犬|不用再找|清理一下|清一下|没人清|没清|扫一扫|留下的|救援费"
)
_SEEN = re.compile(r"电视|新闻|抖音|快手|视频里|看视频|的视频|电影|网上看|网上说|听说|群里传|传言|谣|小说|别的城市|刷到")
_PRACTISED = re.compile(r"演练|演习|培训|讲座|讲讲|预案|标语|贴通知|通知说|条幅|演戏|拍戏|宣传|模拟|安全教育")
_ASKED = re.compile(
    r"请问|问下|问一下|想问|问问|咨询|了解一下|想了解|打哪个|多长时间|怎么申请|怎么报|"
    r"怎么办理|要不要负责|要负责|合理吗|算不算|违法吗|是真的假的|"
    r"能不能做|归谁管|建议|希望(?!你们快)|能否|可否|是不是要满|应该先|怎么赔|怎么领|咋领|"
    r"咋报|需要啥|哪个部门|多少钱|能不能优先"
)
_HABIT = re.compile(
    r"天天|每天|经常|常年|长期|老是|总是|每晚|每到|整天|成天|三天两头|一到冬天|一到夏天|"
    r"时不时|屡次|多次|常常|一年四季|动不动"
)
_NOW = re.compile(
    r"赶紧|赶快|咋办|怎么办(?!理)|咋闹|咋弄|快来|快派|快叫|快点来|快救|快些来|赶紧派|赶紧叫|赶快派|救命|正在|正烧|"
    r"正打|正砸|刚才|刚刚|这会儿|眼下|马上派|立即派|请立即|叫救护车|越来越大|"
    r"又着|又打上|又拿|又冒|又晕|又撞|现在又|现在还在|还在(?:烧|冒|打|漏|掉|砸|喊|流)|"
    r"赶紧,|速来|快点,|快呀|快啊|快哇|来人|现在正|赶紧来|着呢|打呢|烧呢|砸呢|怎么还不来|"
    r"快打|快,"
)
_NOW_BEFORE = re.compile(r"(?:现在|今天|今早|今晚|刚|正|这会|突然|又|眼看)[^。]{0,14}$")
_QUOTED = re.compile(r"(?:有本事|有种|你去|跟我说再|说你|叫你|骂我|态度|是你们说)[^。]{0,10}$")
_FOR_INSULT = re.compile(r"态度|投诉他|投诉她|这种人|调解|这样的人|说得出口")
_OVER = re.compile(r"后来|想开了|抢救过来|没事了|救下|嘉奖|表扬|劝下来|好转|辟谣|的视频")
_TOLD = re.compile(r"(?:上个月|去年|前年|以前|当年|曾|小时候)(?!.{0,20}(?:就|再|要|还))|电影|电视|新闻|抖音|听说|群里传|视频")
_NOT_MEANT = re.compile(
    r"(?:不是|没有?(?:要|想|打算|说)|不会|不想|不敢|不要|并非|又不|防止|避免|不打算|"
    r"不至于|担心)[^,]{0,6}$"
)


def is_meant(text: str, start: int, end: int) -> bool:
    """Return whether a threat in ``text[start:end]`` is meant, not denied, quoted, feared or over; a condition is no matter."""
    before = _SENTENCE_END.split(text[max(start - 40, 0) : start])[-1]
    behind = text[end : end + 40]
    clause = _CLAUSE_END.split(before)[-1]
    if _NOT_MEANT.search(clause) or _AFTER_NOUN.match(behind[:8]):
        return False
    if _QUOTED.search(before) and _FOR_INSULT.search(behind):
        return False
    return not (_TOLD.search(clause) or _OVER.search(before) or _OVER.search(behind[:24]))


def happens(text: str, start: int, end: int, *, lasting: bool = False) -> bool:
    """Return whether what ``text[start:end]`` names is happening; ``lasting``: that it began earlier does not end it."""
    before = text[max(text.rfind(END, 0, start) + 1, start - 60, 0) : start]
    now = _still(text, before, start, end)
    present = now or _NOW_BEFORE.search(before) is not None
    if not present and len(text) >= _AT_LENGTH:
        return False
    behind = _SENTENCE_END.split(text[end : end + 60], maxsplit=1)[0]
    if not is_affirmed(text, start, end) or _PRACTISED.search(before) or _PRACTISED.search(behind[:20]):
        return False
    if not now and not lasting and _PAST.search(before):
        return False
    if not now and (_SEEN.search(before) or _HABIT.search(_CLAUSE_END.split(before)[-1])):
        return False
    around = text[max(start - 120, 0) : end + 120]
    return present or not (_AFTERMATH.search(around) or _asked(before, behind))


def is_affirmed(text: str, start: int, end: int) -> bool:
    """Return whether no negation, worry or condition stands before the words, and no noun of a file or a risk behind them."""
    clause = _CLAUSE_END.split(text[max(start - 24, 0) : start])[-1]
    if _AFTER_NOUN.match(text[end : end + 8]):
        return False
    if _DENIED.search(clause[-_NEAR:]) and not _NOT_DENIED.search(clause[-_NEAR:]):
        return False
    return not _FEARED.search(clause)


def is_due(text: str, start: int, end: int) -> bool:
    """Return whether a trouble that cannot wait is told as present: affirmed, neither remembered, announced nor asked about."""
    before = _SENTENCE_END.split(text[max(start - 40, 0) : start])[-1]
    behind = _SENTENCE_END.split(text[end : end + 40], maxsplit=1)[0]
    if not is_affirmed(text, start, end):
        return False
    past = _PAST.search(before)
    return not (past and not _NOW_BEFORE.search(before)) and not _asked(before[-16:], behind[:4])


def is_again(text: str, since: int, start: int) -> bool:
    """Return whether after a memory that ends at ``since`` the text comes back to the present before or soon behind ``start``."""
    return bool(_NOW_BEFORE.search(text[since:start]) or _NOW.search(text[start : start + 80]))


def _still(text: str, before: str, start: int, end: int) -> bool:
    past = [found.end() for found in _PAST.finditer(before)]
    since = past[-1] if past else 0
    if _NOW_BEFORE.search(before[since:]) and past:
        return True
    return bool(_NOW.search(before[since:]) or _NOW.search(text[end : end + 80]) or _NOW.search(text[start:end]))


def _asked(before: str, behind: str) -> bool:
    return bool(_ASKED.search(before) or _ASKED.search(behind))
