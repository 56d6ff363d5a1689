"""Words of the language, not of a city, that tell an emergency from a worry, a memory or a figure of speech.

A pack's own lists come on top; a pack's number for a term wins.
"""

from __future__ import annotations


def _terms(text: str) -> tuple[str, ...]:
    return tuple(text.split())


EMERGENCY: dict[str, tuple[str, ...]] = {
    "119": _terms(
        """
        要塌了 爬不起来 山火 火往 点着草 着山火 挂断垂落 电线垂落 线耷拉 罐子漏了 大团白烟 承重墙砸 着火 着了着了 起火
        失火 火灾 冒烟 冒黑烟 冒浓烟 烧起来 燃气泄漏 煤气泄漏 天然气泄漏 燃气漏 煤气漏 漏煤气 漏燃气 漏天然气 漏气
        煤气味 燃气味 天然气味 臭鸡蛋味 臭鸡蛋气味 呲呲冒气 爆炸 冒火星 电梯困人 困在电梯 关在电梯 电梯里头还关着人
        困电梯 有人被困 被困在 被困屋 掉进井 掉井里 掉到井 掉河里 掉进河 落水 溺水 房子塌了 楼塌 墙塌了 埋在 压在下面
        压在底下 压住电线 电线挂断 马蜂窝 着火了
        """
    ),
    "120": _terms(
        """
        晕倒 昏倒 晕过去 昏过去 昏迷 没有呼吸 没呼吸 没气了 喘不上气 心梗 心脏病犯 脑梗 脑溢血 中风了 大出血 流了好多血
        流很多血 血止不住 满头血 满脸血 抽搐 口吐白沫 煤气中毒 煤烟中毒 一氧化碳中毒 触电了 电倒了 休克 要生了 羊水破
        动不了了 起不来 喝了农药 喝农药 吃了安眠药 叫不醒 没反应了 噎住 卡住喉咙 叫救护车 用呼吸机 敲门不应 敲门没动静
        腿部流血 烫伤 摔下来了 心跳停
        """
    ),
    "110": _terms(
        """
        持刀 拿刀 拿着刀 提着刀 拿菜刀 抢劫 抢夺 被抢了 正在打架 打起来 打群架 打得头破 砍人 砍了人 砍了我 捅了人 捅人
        要跳楼 跳楼 跳河 要自杀 割腕 轻生 不想活 活不下去了 绑架 跟踪我 被跟踪 强奸 猥亵 撬门 撬锁 砸我家门 踹我家门
        踹门 小偷进 贼进 走丢 走失 被人打 正在打人 打死我 要打死 往死里打 自焚 同归于尽 砍死 杀了他 杀了你 弄死 炸了你
        喝药 上吊 绝食 扔瓶子 被拐 拐走 拐卖 抢孩子 砸车呢 非法拘禁 不让我走 关起来不让
        """
    ),
    "122": _terms(
        """
        车祸 撞车 撞人了 撞了人 撞飞 被车撞 把人撞 追尾 翻车 交通事故 两车相撞
        """
    ),
}
"""What to put through to which number at once: fire and rescue, ambulance, police, traffic police."""

NEGATIONS: tuple[str, ...] = _terms(
    """
    没有 没 未 不是 并非 不会 防止 预防 避免 以免 以防 免得 省得 怕 担心 害怕 容易 易 万一 如果 要是 假如 会不会
    可能会 可能引 可能造成 有没有 是不是要 杜绝 谨防 演练 培训 恐怕 引发 引起 万一再 容易发生 存在 怎么预防 差点 真
    差一点 险些 几乎 好像要 迟早 早晚 一旦 禁止 严禁 哪天 要出
    """
)
"""Before a term: it is denied, feared or only supposed."""

NOUN_AFTER: tuple[str, ...] = _terms(
    """
    史 刚出院 出院 后遗症 康复 隐患 风险 危险 演练 报警器 报警装置 险情 处理 认定 赔偿 理赔 科 多发 频发 逃生 预案
    事故鉴定 宣传 知识 保险 损失 怎么办理 案 的事 的案子 责任 等级 通道 标识 的概率 伤残 工伤 起诉 判决 调解 记录
    的话 的可能 自救 检测 后来 以后 之后 后, 那天 那次 那会儿 时候的 救援队
    """
)
"""Right behind a term: a risk, a file or an after-effect is meant, not the event."""

PAST: tuple[str, ...] = _terms(
    """
    上个月 上月 去年 前年 上周 上礼拜 上星期 上个星期 上回 上次 那次 那年 前几天 前段时间 前些天 前些日子 前阵子
    前天 前两天 那天 礼拜天 上礼拜天 昨天 昨晚 昨夜 昨日 之前 以前 曾经 曾 过去 年前 个月前 天前 当年 当时 早就 事后
    已处理 已经处理 已赔付 后来 理赔 认定书 鉴定 赔偿款 责任认定 小时候 每年 往年 历年 经常 月份 年夏天 年冬天
    """
)
"""Before a term in the same sentence: it is a memory."""

LASTING: tuple[str, ...] = _terms(
    """
    走失 走丢 被困 绑架 被拐 拐走 关起来不让 非法拘禁 不想活 要自杀 轻生 漏气 煤气味 燃气味
    """
)
"""Emergencies that go on: that they began yesterday does not end them."""

NOW: tuple[str, ...] = _terms(
    """
    现在 又着 又打 又拿 又冒 又漏 又晕 又撞 正在 刚才 刚刚 赶紧 赶快 快来 快点 快派 救命 马上 立即 立刻 眼下 这会儿 这会 着火了
    """
)
"""Behind a memory: it happens again, or still."""

FIGURES: tuple[str, ...] = _terms(
    """
    热死人 热死了 热死我 冻死人 冻死了 冻死个人 冻死我 急死人 急死了 气死人 气死了 气死我 气炸了 肺都气炸 烦死 累死
    愁死 吵死 臭死 笑死 要了老命 要命 火冒三丈 火大 一肚子火 心里着火 心急着火 着急上火 价格爆炸 信息爆炸 爆炸式
    炸锅 打架似的 跟打架一样 嗓子冒烟 嗓子都冒烟 七窍冒烟 堵死 坑死人 着火似的 着火一样 火烧眉毛 爆炸头 爆炸性 吓晕
    气晕 热晕 熏晕 晕倒在厕所 死机 笑晕 饿晕 忙晕 吓死 渴死 熏死 呛死 撑死 困死 吵得要跳楼 想跳楼 想跳楼的心 跳楼价
    跳楼大甩卖 跳楼甩卖 跳楼机 生意火爆 火爆 要爆炸了一样 脑袋要爆炸 头要爆炸 快爆炸了 快要爆炸 肺要炸 砍价 砍了价
    砍了一半 砍了树 打起来电话 抢劫一样 跟抢劫 明抢 抢钱 等于抢劫 杀价 捅了娄子 捅了马蜂窝 抢夺市场 漏气的轮胎
    轮胎漏气 车胎漏气 窗户漏气 门漏气 窗户缝漏气 密封条漏气 追尾款 被困扰 困在家 存款冻死 电视里 电影里 新闻里 小说
    游戏里 起不来床 早上起不来 烫伤膏 手机爆炸 流量爆炸 着火点 打不着火 点不着火 闷得喘不上气 产后大出血
    气得喘不上气 灭火 火灾保险 吃了安眠药都 安眠药都不顶事
    """
)
"""Figures of speech and other whole words in which a term means something else."""

DANGER: tuple[str, ...] = _terms(
    """
    冒火花 打火花 漏电 带电 线耷拉 线都露 线掉 电线断 电线垂 井盖没了 没有井盖 裂了口子 砸中 砸在 塌陷 塌了 塌出
    要塌 倒塌 坍塌 坠落 摇摇欲坠 随时可能 随时会掉 水到大腿 水到车门 淹了 水淹 倒灌 呼吸机 崩了 爆裂 热水漫 煤气罐
    骷髅 易燃 拉警戒 抢险 打孩子 拳打脚踢 殴打
    """
)
"""Life or property is at risk now."""

URGENT: tuple[str, ...] = _terms(
    """
    停水 停电 停气 停暖 爆管 水管爆 跑水 冻裂 积水 污水倒灌 返污水 今天必须 等着用 尽快抢修 马上要 连夜
    """
)
"""It cannot wait for the usual time."""

NO_REPLY: tuple[str, ...] = _terms(
    """
    不需要回复 不需回复 不用回复 无需回复 不必回复 不要求回复 不用回电 不需要回电 无需回电 不用给我回 不用答复
    无需答复 不要回电 无需反馈 不需反馈 不用反馈
    """
)
"""No answer is wanted."""

CONFIDENTIAL: tuple[str, ...] = _terms(
    """
    保密 匿名 别说是我 不要说是我 别告诉他们是我 不要透露 别透露 不愿透露 不便透露 不想透露 不希望透露 隐去姓名
    怕报复 怕打击报复 不公开 别把我名字 不留姓名
    """
)
"""The caller asks for secrecy."""
