"""The models there are: those of a list, and what has become of them since.

A model is retired on the list's date or on command, by the stand-in's clock. From the day a
retirement is announced the service takes fewer and fewer calls; so it does here.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Literal

from local.cloud.dashscope.replies import Refusal
from local.cloud.files import read_json, replace_json

BEIJING = timezone(timedelta(hours=8))
# Where a call arrives: three for words, two for pictures alone. `multimodal` takes both.
Door = Literal["text", "compatible", "multimodal", "image-synthesis", "image-generation"]
_DOORS: dict[str, tuple[Door, ...]] = {
    "chat": ("text", "compatible"),
    "vision-chat": ("multimodal", "compatible"),
    "image-synthesis": ("image-synthesis",),
    "image-generation": ("image-generation", "multimodal"),
    "multimodal-generation": ("multimodal",),
}
_FOR_PICTURES = ("image-synthesis", "image-generation")
_WRONG_DOOR = Refusal(400, "InvalidParameter", "url error, please check url！")
_NO_SUCH_PAINTER = Refusal(400, "InvalidParameter", "Model not exist.")
# The quotas that shrink: calls a minute, and of models of words also tokens a minute.
_FEWER_CALLS = Refusal(429, "Throttling.RateQuota", "You have exceeded your request limit.")
_FEWER_TOKENS = Refusal(
    429, "Throttling.AllocationQuota", "Allocated quota exceeded, please increase your quota limit."
)


@dataclass(frozen=True)
class Model:
    """What is known of a model; `protocol` is a key of the doors above, how it is called.

    `pixels` (in all), `side` (pixels) and `ratio` (width to height) are least and most; None is
    no limit. It reads the first `prompt_characters`, and is gone from `retires_on` on.
    """

    name: str
    protocol: str
    pixels: tuple[int, int] | None = None
    side: tuple[int, int] | None = None
    ratio: tuple[float, float] | None = None
    prompt_characters: int | None = None
    retires_on: date | None = None

    @property
    def paints(self) -> bool:
        """Tell a model of pictures from one of words."""
        return "chat" not in self.protocol


@dataclass(frozen=True)
class Fate:
    """What was decided about a model here; times are epoch seconds.

    `share` of its calls is throttled, of all from `announced_at` on a growing one until it
    `retires_at`. `restored` sets the list's own date aside.
    """

    retires_at: float | None = None
    announced_at: float | None = None
    share: float | None = None
    fails_tasks: bool = False
    restored: bool = False


class Models:
    """Models by name, thread-safe; what was decided is kept in a file and outlives a restart."""

    def __init__(self, path: Path, listed: Iterable[Model], *, clock: Callable[[], float]) -> None:
        self._listed = {model.name: model for model in listed}
        self._path, self._clock = path, clock
        self._lock = threading.Lock()
        told = read_json(path) if path.is_file() else {}
        self._fates = {name: Fate(**fate) for name, fate in told.items()}
        # Shares of calls that are due to be throttled, so that 0.25 means every fourth.
        self._due: defaultdict[str, float] = defaultdict(float)
        self._throttled: defaultdict[str, int] = defaultdict(int)

    def find(self, name: object) -> Model | None:
        """Return a model that is offered; None for one that never was or is no more."""
        model = self._listed.get(name) if isinstance(name, str) else None
        return None if model is None or self._is_retired(model) else model

    def refusal(self, name: object, door: Door) -> Refusal | None:
        """Say why a call is not taken: no such model, not at this address, no quota left."""
        model = self.find(name)
        if model is None:
            if door in _FOR_PICTURES:
                return _NO_SUCH_PAINTER
            return Refusal(404, "ModelNotFound", f"The model `{name}` does not exist.")
        if door not in _DOORS[model.protocol]:
            unsupported = f"Unsupported model {name} for OpenAI compatibility mode."
            as_chat = Refusal(404, "ModelNotSupported", unsupported)
            return as_chat if door == "compatible" else _WRONG_DOOR
        return self._throttling(model)

    def retire(self, name: str, *, fail_tasks: bool = False) -> None:
        """Take a model away; its tasks fail, or (usual) are finished. ValueError if unlisted."""
        self._decide(name, Fate(retires_at=self._clock(), fails_tasks=fail_tasks))

    def announce(self, name: str, *, on: date) -> None:
        """Announce that a model retires on a day: from now to then more and more is throttled."""
        self._decide(name, Fate(retires_at=_begin_of(on), announced_at=self._clock()))

    def shrink(self, name: str, share: float) -> None:
        """Throttle a share of a model's calls, from 0 to 1, evenly spread."""
        if not 0 <= share <= 1:
            raise ValueError("share must lie between 0 and 1")
        self._decide(name, replace(self._fates.get(name, Fate()), share=share))

    def restore(self, name: str) -> None:
        """Offer a model again, with all its quota, whatever was decided or the list says."""
        self._decide(name, Fate(restored=True))

    def fails_tasks(self, name: str) -> bool:
        """Tell whether a task accepted earlier fails because its model has gone since."""
        return self._fates.get(name, Fate()).fails_tasks and self.find(name) is None

    def standing(self) -> dict[str, dict[str, object]]:
        """Return for each model of the list whether it is offered and what share is throttled."""
        return {
            name: {"offered": not self._is_retired(model), "throttled": self._share(name)}
            for name, model in self._listed.items()
        }

    def _is_retired(self, model: Model) -> bool:
        fate = self._fates.get(model.name, Fate())
        ends = fate.retires_at
        if ends is None and model.retires_on is not None and not fate.restored:
            ends = _begin_of(model.retires_on)
        return ends is not None and self._clock() >= ends

    def _throttling(self, model: Model) -> Refusal | None:
        with self._lock:
            self._due[model.name] += self._share(model.name)
            if self._due[model.name] < 1 - 1e-9:
                return None
            self._due[model.name] -= 1
            self._throttled[model.name] += 1
            by_calls = model.paints or self._throttled[model.name] % 2
        return _FEWER_CALLS if by_calls else _FEWER_TOKENS

    def _share(self, name: str) -> float:
        fate = self._fates.get(name, Fate())
        if fate.share is not None:
            return fate.share
        if fate.announced_at is None or fate.retires_at is None:
            return 0.0
        notice = max(fate.retires_at - fate.announced_at, 1.0)
        return min(1.0, max(0.0, (self._clock() - fate.announced_at) / notice))

    def _decide(self, name: str, fate: Fate) -> None:
        if name not in self._listed:
            raise ValueError(f"{name} is not on the list")
        with self._lock:
            self._fates[name] = fate
            self._due.pop(name, None)
            replace_json(self._path, {each: asdict(f) for each, f in self._fates.items()})


def _begin_of(day: date) -> float:
    """Return the moment from which a retired model is gone: the service's own midnight."""
    return datetime.combine(day, time(), BEIJING).timestamp()
