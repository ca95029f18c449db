"""What the use cases need from outside, in our own words; few methods each.

A name is loaded from its module when it is first asked for: a cold start pays for what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.ports.announcer import Announcer as Announcer
    from shared.ports.announcer import Receipt as Receipt
    from shared.ports.clock import Clock as Clock
    from shared.ports.invoker import FunctionInvoker as FunctionInvoker
    from shared.ports.jobs import IndexedJob as IndexedJob
    from shared.ports.jobs import IndexPage as IndexPage
    from shared.ports.jobs import JobStore as JobStore
    from shared.ports.jobs import OpenMarker as OpenMarker
    from shared.ports.jobs import OpenPage as OpenPage
    from shared.ports.models import ChatMessage as ChatMessage
    from shared.ports.models import ModelAnswer as ModelAnswer
    from shared.ports.models import PromptModel as PromptModel
    from shared.ports.models import SceneModel as SceneModel
    from shared.ports.models import SceneOrder as SceneOrder
    from shared.ports.models import SceneProgress as SceneProgress
    from shared.ports.models import StyleJudge as StyleJudge
    from shared.ports.objects import ObjectInfo as ObjectInfo
    from shared.ports.objects import ObjectPage as ObjectPage
    from shared.ports.objects import ObjectPart as ObjectPart
    from shared.ports.objects import ObjectStore as ObjectStore
    from shared.ports.objects import SignedForm as SignedForm
    from shared.ports.objects import SignedUrl as SignedUrl
    from shared.ports.objects import every_object as every_object
    from shared.ports.queue import QueueDepth as QueueDepth
    from shared.ports.queue import QueuedTask as QueuedTask
    from shared.ports.queue import SinkMessage as SinkMessage
    from shared.ports.queue import WaitingTask as WaitingTask
    from shared.ports.queue import Withdrawal as Withdrawal
    from shared.ports.queue import WorkflowQueue as WorkflowQueue

_NAMES = {
    "announcer": "Announcer Receipt",
    "clock": "Clock",
    "invoker": "FunctionInvoker",
    "jobs": "IndexPage IndexedJob JobStore OpenMarker OpenPage",
    "models": "ChatMessage ModelAnswer PromptModel SceneModel SceneOrder SceneProgress StyleJudge",
    "objects": "ObjectInfo ObjectPage ObjectPart ObjectStore SignedForm SignedUrl every_object",
    "queue": "QueueDepth QueuedTask SinkMessage WaitingTask Withdrawal WorkflowQueue",
}
HOME_OF = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    home = HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
