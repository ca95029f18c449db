"""In the middle of a run the first text model and the first picture model are retired for good."""

import threading

from local.stack import LocalStack

# What the settings name; the second is offered to the end.
WRITERS = ("qwen-plus", "qwen3.7-plus")
PAINTERS = ("wan2.6-t2i", "wan2.2-t2i-flash")
SETTINGS = {"TEXT_MODEL": " ".join(WRITERS), "PICTURE_MODEL": " ".join(PAINTERS)}


def plant(stack: LocalStack, *, seconds: float) -> None:
    """Retire both so many seconds from now, with what they have been ordered of, unless done."""
    timer = threading.Timer(seconds, _retire, (stack,))
    timer.daemon = True
    timer.start()


def _retire(stack: LocalStack) -> None:
    models = stack.dashscope.models
    for name in (WRITERS[0], PAINTERS[0]):
        if models.find(name) is not None:
            models.retire(name, fail_tasks=True)
