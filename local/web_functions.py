"""The web functions of this project: processes of the checkout, or of what options name."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from local.cloud.fc.context import ContextFactory, function_environment
from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.web_instances import WebInstances
from local.options import StackOptions
from shared.settings.studio import StudioSettings

_STUDIOS = {str(each.alias) for each in StudioSettings.model_fields.values()}


def web_instances(
    folder: Path, contexts: ContextFactory, options: StackOptions, changed: Mapping[str, str]
) -> WebInstances:
    """Return what runs them; `changed` are settings that the stack has otherwise than s.yaml."""

    def variables(function: FunctionSpec) -> dict[str, str]:
        own = function_environment(function, contexts.account_of(function))
        known = {name: text for name, text in changed.items() if name in {*own, *_STUDIOS}}
        # Behind a company's proxy, too, the stack talks to itself.
        return {**own, "no_proxy": "127.0.0.1", **known}

    python = options.web_python
    return WebInstances(
        folder,
        variables,
        python=lambda _: python or Path(sys.executable),
        bare=python is not None,
    )
