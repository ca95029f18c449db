"""What the use cases need from outside, in our own words; few methods each.

A name is loaded from its module when it is first asked for: a cold start pays for what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.ports.announcer import Announcer, Receipt
    from shared.ports.clock import Clock
    from shared.ports.invoker import FunctionInvoker
    from shared.ports.jobs import IndexedJob, IndexPage, JobStore, OpenMarker, OpenPage
    from shared.ports.models import (
        ChatMessage,
        ModelAnswer,
        PromptModel,
        SceneModel,
        SceneOrder,
        SceneProgress,
        StyleJudge,
    )
    from shared.ports.objects import (
        ObjectInfo,
        ObjectPage,
        ObjectPart,
        ObjectStore,
        SignedUrl,
        every_object,
    )
    from shared.ports.queue import (
        QueueDepth,
        QueuedTask,
        SinkMessage,
        WaitingTask,
        Withdrawal,
        WorkflowQueue,
    )

__all__ = [
    "Announcer",
    "ChatMessage",
    "Clock",
    "FunctionInvoker",
    "IndexPage",
    "IndexedJob",
    "JobStore",
    "ModelAnswer",
    "ObjectInfo",
    "ObjectPage",
    "ObjectPart",
    "ObjectStore",
    "OpenMarker",
    "OpenPage",
    "PromptModel",
    "QueueDepth",
    "QueuedTask",
    "Receipt",
    "SceneModel",
    "SceneOrder",
    "SceneProgress",
    "SignedUrl",
    "SinkMessage",
    "StyleJudge",
    "WaitingTask",
    "Withdrawal",
    "WorkflowQueue",
    "every_object",
]
_NAMES = {
    "announcer": "Announcer Receipt",
    "clock": "Clock",
    "invoker": "FunctionInvoker",
    "jobs": "IndexPage IndexedJob JobStore OpenMarker OpenPage",
    "models": "ChatMessage ModelAnswer PromptModel SceneModel SceneOrder SceneProgress StyleJudge",
    "objects": "ObjectInfo ObjectPage ObjectPart ObjectStore SignedUrl every_object",
    "queue": "QueueDepth QueuedTask SinkMessage WaitingTask Withdrawal WorkflowQueue",
}
_HOME_OF = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{home}"), name)
