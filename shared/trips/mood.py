"""The six moods a picture knows, and the tags and emoji that stand for them."""

from __future__ import annotations

from enum import Enum

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
        怀旧 怀念 回忆 思念 想念 乡愁 故乡 家乡 老家 回家 感伤 伤感 难过 离别 往事
        😢 🥲 😭 😔 🥹 🍂 nostalg memor homesick sad
    """,
    Mood.ROMANTIC: """
        浪漫 甜蜜 恋 爱 约会 情侣 蜜月 告白 结婚 纪念日 心动 温柔 温馨
        😍 🥰 😘 ❤ 💕 💖 💗 💘 💑 💍 🌹 romantic love
    """,
    Mood.ADVENTUROUS: """
        探险 冒险 挑战 刺激 越野 穿越 征服 硬核 热血 勇敢 震撼
        🤠 🏔 ⛰ 🧗 🏕 🔥 💪 🧭 🏜 adventur challenge excit
    """,
    Mood.CALM: """
        平静 宁静 安静 放松 治愈 惬意 悠闲 休闲 闲 慢 佛系 疲惫 累 困 发呆
        😌 🧘 ☕ 🍃 😴 🍵 😪 calm relax peace quiet tired
    """,
    Mood.FREE: """
        自由 自在 放飞 洒脱 无拘 说走就走 奔放 逍遥 远方 流浪 兜风
        🕊 🌈 🦅 🎈 🦋 🏄 free wander
    """,
    Mood.JOYFUL: """
        出游 开心 快乐 高兴 兴奋 欢 旅 游 玩 假 节 喜 哈 幸福 聚会 庆
        😎 😄 😀 😃 😁 😆 😂 🤩 🥳 🎉 😊 🙂 happy joy fun holiday trip
    """,
}


def known_mood(tag: str) -> Mood | None:
    """Return the mood of an emoji tag or of free words, None where nothing is known."""
    plain = simplified(tag).lower()
    known = (mood for mood, words in _TAGS.items() if any(word in plain for word in words.split()))
    return next(known, None)


def mood_of(tag: str) -> Mood:
    """Return the mood to paint: joyful where nothing is known."""
    return known_mood(tag) or Mood.JOYFUL
