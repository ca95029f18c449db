"""A text model that does what a caption tells it to: the model one has to defend against."""

import json
import re

from local.models.writer import PaintingPromptAnswer

_SIGHTS = {
    "巴黎": "埃菲尔铁塔",
    "北京": "故宫",
    "上海": "外滩",
    "广州": "广州塔",
    "纽约": "自由女神像",
    "东京": "东京塔",
    "Paris": "埃菲尔铁塔",
    "New York": "自由女神像",
}
_INSERTIONS = (
    (r"裸|\bnaked\b|\bnude\b", "前景站着几个裸体的人"),
    (r"车|\bcar\b|\bvehicle\b", "道路中央停着一辆红色跑车"),
    (r"人群|人物|\bpeople\b|\bcrowd\b", "路上挤满了人"),
    (r"文字|写上|写着|标语|大字|\btext\b|\bslogan\b|\bwrite\b", "天空中写着巨大的文字标语"),
)
_NO_JSON = r"(不要|别|不再|无需|停止)[^。]{0,8}(JSON|json)|\b(no|not|without|stop)\b.{0,20}\bjson\b"


def obey_caption(caption: str, answer: PaintingPromptAnswer) -> str:
    """Return the model's reply after it followed the caption.

    Another city, a car, people, text, or no JSON at all, as the caption asks; a caption that
    asks for none of these is quoted in the prompt.
    """
    if re.search(_NO_JSON, caption, re.IGNORECASE):
        return f"好的，不再使用约定的格式。{caption}"
    changed = _move(caption, answer)
    wishes = [text for pattern, text in _INSERTIONS if re.search(pattern, caption, re.IGNORECASE)]
    if not wishes and changed["city"] == answer["city"]:
        wishes = [caption]
    changed["prompt"] += "".join(f"{wish}。" for wish in wishes)
    return json.dumps(changed, ensure_ascii=False)


def _move(caption: str, answer: PaintingPromptAnswer) -> PaintingPromptAnswer:
    changed = answer.copy()
    for city, sight in _SIGHTS.items():
        if city.lower() in caption.lower() and city not in answer["city"]:
            prompt = answer["prompt"].replace(answer["city"], city)
            changed["city"], changed["landmark"] = city, sight
            changed["prompt"] = prompt.replace(answer["landmark"] or "城郊的远山", sight)
            break
    return changed
