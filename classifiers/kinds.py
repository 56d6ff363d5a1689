"""The kind of a request from plain words, for models whose training data had no kinds."""

from __future__ import annotations

_CUES = (
    ("表扬", ("表扬", "感谢信", "锦旗", "点赞", "特别感谢", "非常感谢")),
    ("举报", ("举报", "检举")),
    ("建议", ("建议", "希望能增设", "能否增加")),
    ("投诉", ("投诉", "扰民", "态度恶劣", "不作为", "乱收费", "强烈要求", "太不像话", "推诿", "违规", "欺骗", "污染")),
    ("咨询", ("咨询", "请问", "想问", "如何办理", "怎么办理", "什么时候能", "政策是")),
)
_LOOKED_AT = 400


def kind_by_words(title: str, text: str) -> str:
    """Return the kind that the first telling word of a call says; 求助 when none does."""
    start = f"{title}\n{text}"[:_LOOKED_AT]
    return next((kind for kind, words in _CUES if any(word in start for word in words)), "求助")
