"""What the use cases need from outside, in our own words; few methods each."""

from shared.ports.announcer import Announcer, Receipt
from shared.ports.clock import Clock
from shared.ports.invoker import FunctionInvoker
from shared.ports.jobs import IndexedJob, IndexPage, JobStore, OpenMarker, OpenPage
from shared.ports.judge import StyleJudge
from shared.ports.models import (
    ChatMessage,
    ModelAnswer,
    PromptModel,
    SceneModel,
    SceneOrder,
    SceneProgress,
)
from shared.ports.objects import ObjectInfo, ObjectPage, ObjectPart, ObjectStore, SignedUrl
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
]
