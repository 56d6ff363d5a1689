"""Words of the language, not of a city, that tell an emergency from a figure of speech; what lasts though it began earlier."""

from __future__ import annotations


def _terms(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LASTING: tuple[str, ...] = _terms(
    """
    走失 走丢 被困 绑架 被拐 拐走 关起来不让 非法拘禁 不想活 要自杀 轻生 漏气 煤气味 燃气味
    """
)
"""Emergencies that go on: that they began yesterday does not end them."""

FIGURES: tuple[str, ...] = _terms(
    """
    热死人 热死了 热死我 冻死人 冻死了 冻死个人 冻死我 急死人 急死了 气死人 气死了 气死我 气炸了 肺都气炸 烦死 累死
    愁死 吵死 臭死 笑死 要了老命 要命 火冒三丈 火大 一肚子火 心里着火 心急着火 着急上火 价格爆炸 信息爆炸 爆炸式
    炸锅 打架似的 跟打架一样 嗓子冒烟 嗓子都冒烟 七窍冒烟 堵死 坑死人 着火似的 着火一样 火烧眉毛 爆炸头 爆炸性 吓晕
    气晕 晕倒在厕所 死机 笑晕 忙晕 吓死 渴死 熏死 呛死 撑死 困死 吵得要跳楼 想跳楼 想跳楼的心 跳楼价
    跳楼大甩卖 跳楼甩卖 跳楼机 生意火爆 火爆 要爆炸了一样 脑袋要爆炸 头要爆炸 快爆炸了 快要爆炸 肺要炸 砍价 砍了价
    砍了一半 砍了树 打起来电话 抢劫一样 跟抢劫 明抢 抢钱 等于抢劫 杀价 捅了娄子 捅了马蜂窝 抢夺市场 漏气的轮胎
    轮胎漏气 车胎漏气 窗户漏气 门漏气 窗户缝漏气 密封条漏气 追尾款 被困扰 困在家 存款冻死 电视里 电影里 新闻里 小说
    游戏里 起不来床 早上起不来 烫伤膏 手机爆炸 流量爆炸 着火点 打不着火 点不着火 产后大出血
    气得喘不上气 灭火 火灾保险 吃了安眠药都 安眠药都不顶事
    """
)
"""Figures of speech and other whole words in which a term means something else."""
