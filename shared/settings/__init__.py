"""Settings in groups, and their reading: no other module looks at the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from shared.core.errors import BundleError
from shared.settings.base import Group
from shared.settings.credentials import Credentials
from shared.settings.function_compute import PlatformSettings


class SettingsError(BundleError):
    """A setting is missing or wrong; the message names it and never shows its value.

    `wrong` holds each one's name, "" for a rule over several, and what is wrong with it.
    """

    def __init__(self, detail: str = "", *, wrong: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.wrong = wrong


_G = TypeVar("_G", bound=Group)


def read(group: type[_G], environment: Mapping[str, str] | None = None) -> _G:
    """Return one group from the environment; SettingsError names every setting that is wrong."""
    source = os.environ if environment is None else environment  # noqa: TID251 - the one reader
    given = {name: value for name, value in source.items() if value != ""}
    try:
        return group.model_validate(given)
    except ValidationError as error:
        # Without pydantic's name for a check of our own.
        wrong = sorted(
            (".".join(map(str, e["loc"])), e["msg"].removeprefix("Value error, "))
            for e in error.errors()
        )
        named = "; ".join(f"{name}: {why}" for name, why in wrong)
        msg = f"settings: {named} (see docs/reference/settings.md)"
        raise SettingsError(msg, wrong=tuple(wrong)) from None


def variables() -> dict[str, str]:
    """Return the environment, for commands that look at a whole configuration."""
    return dict(os.environ)  # noqa: TID251 - the one reader


def environment_credentials() -> Credentials:
    """Return the credentials the platform put into the environment (Python 3.12 runtimes)."""
    platform = read(PlatformSettings)
    return Credentials(
        access_key_id=platform.access_key_id,
        access_key_secret=platform.access_key_secret.get_secret_value(),
        security_token=platform.security_token.get_secret_value(),
    )
