"""The models that the settings name: known, offered, not about to end; and DashScope's address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.preflight.addresses import host_of, is_loopback
from cli.preflight.findings import Place
from shared import settings
from shared.core.errors import ModelGoneError, UpstreamError
from shared.models.catalogue import FILE, Model, catalogue, model
from shared.models.sizes import fitted
from shared.settings.models import ModelSettings
from shared.settings.quality import JudgeSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cli.preflight.findings import Finding
    from cli.preflight.world import World
    from shared.models.catalogue import Use

_WARNED_DAYS, _OLDEST_DAYS = 90, 180
_LIST = f"deploy/{FILE.name}"
# https://help.aliyun.com/zh/model-studio/base-url: a region's host, or a workspace's own.
_HOSTS = re.compile(
    r"dashscope(-intl|-us)?\.aliyuncs\.com|cn-hongkong\.dashscope\.aliyuncs\.com"
    r"|[a-z0-9-]+\.[a-z0-9-]+\.maas\.aliyuncs\.com"
)
_PATH = "/api/v1"


@dataclass(frozen=True)
class Named:
    """The models of one setting, in its order."""

    setting: str
    models: tuple[Model, ...]


def check_models(world: World) -> Iterator[Finding]:
    """No model is retired or about to be, by the list; the list is not old; sizes fit."""
    place, today = Place("model list"), world.ports.clock().now().date()
    yield _age(place, today)
    for named in _all_named():
        for each in named.models:
            yield from _ending(place, named, each, today)
        if all(each.retires_on and each.retires_on <= today for each in named.models):
            yield place.failure(
                f"{named.setting}: by {_LIST} every model of it has retired",
                "name one that is offered",
            )
    yield from _sizes(place, world)


def check_address(world: World) -> Iterator[Finding]:
    """DASHSCOPE_BASE_URL is a region's address or a workspace's own, of the native interface."""
    found = settings.read(ModelSettings, world.variables)
    place, url = Place("DashScope's address"), found.base_url
    host, path = host_of(url), urlsplit(url).path.rstrip("/")
    if path != _PATH:
        yield place.failure(
            f"DASHSCOPE_BASE_URL ends in {path or 'nothing'}, not in {_PATH}",
            "the native interface is used, not the compatible one",
        )
    elif not _HOSTS.fullmatch(host) and not is_loopback(url):
        yield place.warning(
            f"{host} is none of DashScope's documented hosts",
            "dashscope.aliyuncs.com, or WORKSPACE.REGION.maas.aliyuncs.com with both filled in",
        )
    else:
        yield place.ok(f"{host} is an address of the native interface")


def check_offered(world: World) -> Iterator[Finding]:
    """The service knows every model that is named: asked with one token, no picture is ordered."""
    place = Place("models asked")
    for named in _all_named():
        for each in named.models:
            yield _offered(world, place, named, each)


def _offered(world: World, place: Place, named: Named, asked: Model) -> Finding:
    try:
        world.ports.offered(asked)
    except ModelGoneError as error:
        remedy = f"take it out of {named.setting}, or see that the workspace may call it"
        if asked is named.models[0]:
            return place.failure(f"{named.setting}: {error}", remedy)
        return place.warning(f"{named.setting}: {error}", remedy)
    except UpstreamError as error:
        return place.warning(f"{asked.name} could not be asked for: {error}", "run preflight again")
    return place.ok(f"{named.setting}: the service knows {asked.name}")


def _all_named() -> Iterator[Named]:
    found, judge = settings.read(ModelSettings), settings.read(JudgeSettings)
    yield _named("TEXT_MODEL", found.text_models, "prompt")
    yield _named("PICTURE_MODEL", found.picture_models, "picture")
    if judge.judge == "on":
        yield _named("STYLE_JUDGE_MODEL", judge.models, "judge")


def _named(setting: str, names: tuple[str, ...], use: Use) -> Named:
    return Named(setting, tuple(model(name, use) for name in names))


def _age(place: Place, today: date) -> Finding:
    as_of = catalogue().as_of
    days = (today - as_of).days
    if days > _OLDEST_DAYS:
        return place.warning(
            f"{_LIST} is of {as_of}, {days} days ago",
            "look at the provider's list of models and of retirements, and date the file anew",
        )
    return place.ok(f"{_LIST} is of {as_of}")


def _ending(place: Place, named: Named, found: Model, today: date) -> Iterator[Finding]:
    if found.retires_on is None:
        return
    left = (found.retires_on - today).days
    if left < 0:
        yield place.warning(
            f"{named.setting}: {found.name} retired on {found.retires_on}", "take it out"
        )
    elif left <= _WARNED_DAYS:
        yield place.warning(
            f"{named.setting}: {found.name} retires on {found.retires_on}, in {left} days; "
            "its quota shrinks until then",
            "name its successor before it",
        )


def _sizes(place: Place, world: World) -> Iterator[Finding]:
    painted = [s for s in world.ports.styles().values() if s.scene == "picture_model"]
    names = settings.read(ModelSettings).picture_models
    for found in _named("PICTURE_MODEL", names, "picture").models:
        for width, height in sorted({(each.width, each.height) for each in painted}):
            if fault := _misfit(found, width, height):
                yield place.failure(
                    f"PICTURE_MODEL: {found.name}: {fault}", "take it out, or change the style"
                )


def _misfit(found: Model, width: int, height: int) -> str:
    try:
        fitted(width, height, found.limits)
    except ValueError as error:
        return str(error)
    return ""
