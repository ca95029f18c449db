"""What no prompt may ask for, in simplified characters; each group is a reason of its own.

`refused_words.json` has the words, in the order in which they are looked for: the first found is
the reason given. Single characters catch what a list of words would miss (車, 人, 字); names and
turns of speech in which they mean no harm are taken out of the text before. Refusing too much costs
little: another try without the caption, then the template.

Only a plain denial is taken out: a word of negation that is not itself denied, a list of refusable
nouns, and the end of the clause. 「没有车辆、行人和文字」 asks for none of them; of
「没有行人，只有一辆跑车」 the sports car stays.
"""

from __future__ import annotations

import functools
import re

from shared.core.tables import table

# A title stands beside the picture: 「新司机的五一」 is a fine one.
NOT_IN_TITLES = ("order", "link", "body", "violence", "politics", "brand")
_WEATHER = "积雪|雨雪|雨|雪|雾|霾|沙尘"
_COMPOUNDS = """
汽车 轿车 车辆 行人 人物 人群 人影 游人 路人 人像 人脸 文字 字样 字幕 字母 数字 车牌 广告牌 标志物
"""
_ANY_OF = """
任何 其他 其它 一切 所有 各种 多余的? 额外的? 半个 半点 一丝 丝毫 明显的? 可见的?
"""
_ANY = f"(?:{'|'.join(_ANY_OF.split())})"
_JOINED = "(?:以及|或者|也?没有|[、和与及或跟并]|也?无)"
_NOT = (
    "(?:没有|(?:不要|不得|不会|禁止|避免|不)出现|不包含|不包括|不含|不画|不见|看不到|看不见|未见|毫无|并无|全无"
    "|不带|避免|去除|排除|没|无)"
)
_REST = "(?:等)?(?:元素|内容|物体)?(?:的?(?:出现|入镜|干扰|遮挡|存在|痕迹|踪影))?"
_CLAUSE_END = r"(?=[,。;!?.:)]|$|的(?![^,。;!?.]*[不别错缺难]))"


@functools.cache
def refused_words() -> dict[str, re.Pattern[str]]:
    """Return the pattern of each group."""
    groups = table(__file__, "refused_words")["refused"]
    return {reason: re.compile("|".join(" ".join(rows).split())) for reason, rows in groups.items()}


@functools.cache
def harmless() -> re.Pattern[str]:
    """Return the pattern of what is no fault, whatever is in it."""
    return re.compile("|".join(" ".join(table(__file__, "refused_words")["harmless"]).split()))


def without_denials(text: str) -> str:
    """Return the text without its plain denials; half-width punctuation expected."""
    return _denial().sub("", text)


@functools.cache
def _denial() -> re.Pattern[str]:
    refused = (refused_words()[group].pattern for group in ("vehicle", "person", "writing"))
    noun = f"(?:{'|'.join([*_COMPOUNDS.split(), *refused, _WEATHER])})"
    return re.compile(
        f"(?<!不是)(?<![不非未勿莫别可能得会无])(?:画面中?|全程|完全)?{_NOT}(?:一个|一辆|{_ANY})*{noun}"
        f"(?:{_JOINED}?{_ANY}*{noun}){{0,12}}{_REST}{_CLAUSE_END}"
    )
