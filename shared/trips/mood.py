"""The six moods a picture knows, and the tags and emoji that stand for them.

English words are whole ones, with * the beginnings of some. What is denied is not there: 不累 says
nothing. Joy that is denied is sadness, which nostalgic stands for.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from shared.trips.script import simplified


class Mood(str, Enum):
    """The tone of a poster."""

    JOYFUL = "joyful"
    CALM = "calm"
    ADVENTUROUS = "adventurous"
    ROMANTIC = "romantic"
    NOSTALGIC = "nostalgic"
    FREE = "free"


# The first group that matches wins; 「出游」, the app's commonest tag, is in the last one.
_TAGS: dict[Mood, str] = {
    Mood.NOSTALGIC: """
        怀旧 怀念 回忆 思念 想念 乡愁 故乡 家乡 老家 回家 感伤 伤感 难过 离别 往事 不舍
        伤心 悲 哀 葬礼 丧事 去世 逝世 悼 扫墓 孤独 孤单 寂寞 失恋 分手 失落 失望
        沮丧 心碎 想哭 哭泣
        😢 🥲 😭 😔 🥹 🍂 💔 😞 🙁 ☹ nostalg* memor* homesick* sad sadly sadness unhapp* funeral*
        grief griev* mourn* sorrow* lonel* depress* heartbr* joyless farewell*
    """,
    Mood.ROMANTIC: """
        浪漫 甜蜜 恋 爱 约会 情侣 蜜月 告白 结婚 纪念日 心动 温柔 温馨
        😍 🥰 😘 ❤ 💕 💖 💗 💘 💑 💍 🌹 romantic* romance love* beloved
    """,
    Mood.ADVENTUROUS: """
        探险 冒险 挑战 刺激 越野 穿越 征服 硬核 热血 勇敢 震撼
        🤠 🏔 ⛰ 🧗 🏕 🔥 💪 🧭 🏜 adventur* challeng* excit*
    """,
    Mood.CALM: """
        平静 宁静 安静 放松 治愈 惬意 悠闲 休闲 闲 慢 佛系 疲惫 累 困 发呆
        😌 🧘 ☕ 🍃 😴 🍵 😪 calm* relax* peace* quiet* tired*
    """,
    Mood.FREE: """
        自由 自在 放飞 洒脱 无拘 说走就走 奔放 逍遥 远方 流浪 兜风
        🕊 🌈 🦅 🎈 🦋 🏄 free freedom freely carefree wander*
    """,
    Mood.JOYFUL: """
        出游 开心 快乐 高兴 兴奋 欢 旅 游 玩 假 节 喜 哈 幸福 聚会 庆
        😎 😄 😀 😃 😁 😆 😂 🤩 🥳 🎉 😊 🙂
        happy happi* joy* fun funny holiday* trip trips roadtrip
    """,
}
# In these a word of the table means something else.
_OTHERS = """
    困难 困境 困惑 困扰 贫困 傲慢 怠慢 慢性 累计 积累 累积 连累 拖累 季节 细节 情节 环节 调节 节约
    节省 节能 假如 假装 虚假 哈尔滨 重庆 大庆 安庆 肇庆 延庆
"""
_JOY = "开心 快乐 高兴 兴奋 欢乐 愉快 幸福 喜悦 happy happi* joy* fun"
_NOT_ZH = (
    "(?:不是|不会|不能|不够|不怎么|不再|不|没有|没那么|没|毫无|无|失去)"
    "(?:太|很|那么|那|多|大|觉得|感到)?"
)
_NOT_EN = (
    r"(?:(?<![a-z])(?:not|no|never|without|hardly)|n['’]t)\s"
    r"(?:(?:very|so|too|really|that|all|much|a|any|feeling)\s){0,2}"
)


def known_mood(tag: str) -> Mood | None:
    """Return the mood of an emoji tag or of free words, None where nothing is known."""
    others, joyless, denied = _silent()
    plain = others.sub(" ", simplified(tag).lower())
    plain = denied.sub(" ", joyless.sub(" 难过 ", plain))
    known = (mood for mood, words in _patterns().items() if words.search(plain))
    return next(known, None)


def mood_of(tag: str) -> Mood:
    """Return the mood to paint: joyful where nothing is known."""
    return known_mood(tag) or Mood.JOYFUL


@lru_cache(maxsize=1)
def _patterns() -> dict[Mood, re.Pattern[str]]:
    return {mood: re.compile(_any_of(words)) for mood, words in _TAGS.items()}


@lru_cache(maxsize=1)
def _silent() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of other words, of joy that is denied, and of any mood that is."""
    every = _any_of(" ".join(_TAGS.values()))
    joyless, denied = (
        re.compile(f"(?:{_NOT_ZH}|{_NOT_EN})(?:{words})") for words in (_any_of(_JOY), every)
    )
    return re.compile(_any_of(_OTHERS)), joyless, denied


def _any_of(words: str) -> str:
    return "|".join(map(_pattern, words.split()))


def _pattern(word: str) -> str:
    if not word[0].isascii():
        return re.escape(word)
    return rf"(?<![a-z]){word.rstrip('*')}" + ("" if word.endswith("*") else "(?![a-z])")
