"""What the SDK can ask and the stand-in has not: an honest 501, nothing passed over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dashscope
import pytest
import requests
from dashscope.aigc.image_generation import ImageGeneration

from tests.fakes.served_dashscope import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.served_dashscope import Service

# The SDK's types do not show what the classes inherit.
D: Any = dashscope
PAINTER: Any = ImageGeneration
TEXT, SEES, OLDER, NEWEST = "qwen-plus", "qwen3.7-plus", "wan2.2-t2i-flash", "wan2.6-t2i"
LINK = "https://example.com/a"
PICTURE = "data:image/png;base64,AAAA"


def said(*parts: dict[str, str]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [*parts, {"text": "what is it?"}]}]


def words(**options: Any) -> Any:
    told = [{"role": "user", "content": "hello"}]
    return D.Generation.call(TEXT, messages=told, api_key=KEY, **options)


def look(*parts: dict[str, str], **options: Any) -> Any:
    return D.MultiModalConversation.call(SEES, messages=said(*parts), api_key=KEY, **options)


def paint(**options: Any) -> Any:
    return D.ImageSynthesis.async_call(OLDER, prompt="x", api_key=KEY, **options)


OPTIONS: dict[str, Callable[[], Any]] = {
    "prompt": lambda: D.Generation.call(TEXT, prompt="hello", api_key=KEY),
    "conversation": lambda: D.Conversation().call(TEXT, prompt="hello", api_key=KEY),
    "text form": lambda: words(result_format="text"),
    "several answers": lambda: words(n=2),
    "tools": lambda: words(tools=[{"type": "function", "function": {"name": "f"}}]),
    "probabilities": lambda: words(logprobs=True),
    "search": lambda: words(enable_search=True),
    "stream": lambda: next(words(stream=True)),
    "stream of one that sees": lambda: next(look(stream=True)),
    "sound": lambda: look({"audio": LINK}),
    "film": lambda: look({"video": LINK}),
    "link": lambda: look({"image": LINK}),
    "two pictures": lambda: look({"image": PICTURE}, {"image": PICTURE}),
    "sketch": lambda: paint(sketch_image_url=LINK),
    "reference": lambda: paint(ref_img=LINK),
    "edit": lambda: D.ImageSynthesis.async_call("wan2.5-i2i-preview", "x", images=[LINK]),
    "picture of a picture": lambda: PAINTER.call(
        NEWEST, messages=said({"image": PICTURE}), api_key=KEY
    ),
    "stream of pictures": lambda: next(
        PAINTER.call(NEWEST, messages=said(), api_key=KEY, stream=True, enable_interleave=True)
    ),
}
ENDPOINTS: dict[str, Callable[[], Any]] = {
    "code": lambda: D.CodeGeneration.call("c", scene="custom", message=said()),
    "embedding": lambda: D.TextEmbedding.call("e", input="x"),
    "embeddings": lambda: D.BatchTextEmbedding.async_call("e", url=LINK),
    "multimodal embedding": lambda: D.MultiModalEmbedding.call("e", input=[{"text": "x"}]),
    "rerank": lambda: D.TextReRank.call("r", query="x", documents=["y"]),
    "tasks": D.ImageSynthesis.list,
    "video": lambda: D.VideoSynthesis.async_call("v", prompt="x"),
    "transcription": lambda: D.Transcription.async_call("t", file_urls=[LINK]),
    "speech": lambda: D.HttpSpeechSynthesizer.call(model="s", text="x", voice="y"),
    "tokens": lambda: D.Tokenization.call(TEXT, messages=[{"role": "user", "content": "x"}]),
    "models": D.Models.list,
    "files": D.Files.list,
    "file": lambda: D.Files.delete("f"),
    "tuning": D.FineTunes.list,
    "deployments": D.Deployments.list,
    "application": lambda: D.Application.call("a", prompt="x"),
    "assistants": lambda: D.Assistants.list(limit=1),
    "thread": lambda: D.Threads.create(metadata={}),
    "messages": lambda: D.Messages.list("t"),
    "runs": lambda: D.Runs.list("t"),
    "steps": lambda: D.Steps.list("r", thread_id="t"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", [*OPTIONS, *ENDPOINTS])
def test_what_the_stand_in_has_not_is_a_501(
    service: Service, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashscope, "api_key", KEY)
    reply = (OPTIONS | ENDPOINTS)[name]()

    assert (reply.status_code, reply.code) == (501, "NotImplemented")
    assert "not offered" in reply.message
    assert service.state.tasks.all() == []


def test_the_compatible_interface_says_so_in_its_own_shape(service: Service) -> None:
    def ask(path: str, **body: Any) -> tuple[int, str]:
        answer = requests.post(
            f"{service.url}/compatible-mode/v1{path}",
            json={"model": TEXT, "messages": [{"role": "user", "content": "x"}], **body},
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=5,
        )
        return answer.status_code, answer.json()["error"]["code"]

    refused = (501, "NotImplemented")
    assert ask("/chat/completions", stream=True) == refused
    assert ask("/chat/completions", messages=said()) == refused
    assert ask("/embeddings") == refused
    assert ask("/chat/completions", messages="x")[0] == 400
