"""The list: what is posted one after the other, and what each posting is to end as.

`{run}` in a text becomes a word that is new in every run: no result of an earlier run serves again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.comfyui import small_car
from tests.comfyui.recorded.record import prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.dashscope.calls import CallKind

Graph = dict[str, Any]
Act = Literal["post", "evict", "restart", "remove"]


@dataclass(frozen=True)
class Step:
    """One thing done to a server; `interrupt`: once so much has been asked of the models."""

    act: Act
    graph: Graph = field(default_factory=dict)
    interrupt: CallKind | None = None


@dataclass(frozen=True)
class Case:
    """Steps with the outcome of each posting; `ordered`: texts and pictures paid in all of them."""

    name: str
    steps: tuple[Step, ...]
    outcomes: tuple[str, ...]
    ordered: tuple[int, int] = (0, 0)


def cases() -> Iterator[Case]:
    """Yield the whole list."""
    yield from _posters()
    yield from _templates()
    yield from _wrong_graphs()
    yield from _written_again()
    yield from _unpaid()
    yield from _paid_once()
    yield from _models()


def _case(name: str, graph: Graph, outcome: str) -> Case:
    return Case(name, (Step("post", graph),), (outcome,))


def _node(kind: str, /, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def _plain(colour: int = 0xFF0000, side: int = 4) -> dict[str, Any]:
    return _node("EmptyImage", width=side, height=side, batch_size=1, color=colour)


def _saved(*source: Any, folder: str = "{run}") -> dict[str, Any]:
    return _node("SaveImage", images=list(source or ("1", 0)), filename_prefix=f"{folder}/x")


_REFUSED = "refused prompt_outputs_failed_validation"
_POSTERS = {
    "missing-pack": "refused missing_node_type",
    "unknown-vehicle": "failed VehicleFileError",
    "car-does-not-fit": "failed PlacementError",
}


def _posters() -> Iterator[Case]:
    """Yield the graphs whose answers are recorded, posters and mistakes."""
    for name, graph in prompts(small_car.frozen().reference):
        is_poster = name in {"clear-day", "rainy-dusk", "snowy-night"}
        yield _case(name, graph, _POSTERS.get(name, "done" if is_poster else _REFUSED))


def _inverted(**inputs: Any) -> Graph:
    given = {"image": ["1", 0], "amount": 0.5, "channel": "all"} | inputs
    return {
        "1": _plain(0xFF8003),
        "2": _plain(0x00FF00),
        "3": _node("ExampleInvert", **given),
        "4": _saved("3", 0),
        "5": _node("ExampleSaveColour", image=["3", 0], name="{run}"),
    }


def _templates() -> Iterator[Case]:
    """Yield what a node's author tries: lazy inputs, choices, ranges, an output node."""
    yield _case("a lazy input is left out", _inverted(), "done")
    yield _case("a lazy input is wanted", _inverted(background=["2", 0]), "done")
    whole = _inverted(amount=1.0, background=["2", 0])
    yield _case("a lazy input is not wanted", whole, "done")
    large = _inverted(background=["2", 0]) | {"2": _plain(side=8)}
    yield _case("a background of another size", large, "failed ExampleError")
    yield _case("one channel alone", _inverted(channel="green"), "done")
    yield _case("a channel that is not offered", _inverted(channel="alpha"), _REFUSED)
    yield _case("an amount out of range", _inverted(amount=1.5), _REFUSED)
    yield _case("an amount in words", _inverted(amount="much"), _REFUSED)
    yield _case("an amount as text", _inverted(amount="0.25"), "done")
    named = _inverted() | {"5": _node("ExampleSaveColour", image=["3", 0], name="../x")}
    del named["4"]
    yield _case("a name that leads out of the folder", named, _REFUSED)


def _wrong_graphs() -> Iterator[Case]:
    """Yield graphs that cannot run, whatever their nodes."""
    yield _case("no output node", {"1": _plain()}, "refused prompt_no_outputs")
    yield _case("no node at all", {}, "refused prompt_no_outputs")
    yield _case("a class nobody has", {"1": _node("NoSuchNode")}, "refused missing_node_type")
    yield _case("no class", {"1": {"inputs": {}}}, "refused missing_node_type")
    yield _case("no inputs", {"1": {"class_type": "SaveImage"}}, _REFUSED)
    yield _case("a required input is missing", {"1": _node("SaveImage")}, _REFUSED)
    yield _case("a link to nowhere", {"1": _saved("9", 0)}, _REFUSED)
    yield _case("a slot that is not there", {"1": _plain(), "2": _saved("1", 7)}, _REFUSED)
    yield _case("a link of three", {"1": _plain(), "2": _saved("1", 0, 0)}, _REFUSED)
    mask = {"1": _node("LoadImage", image="clear-day/plate.png"), "2": _saved("1", 1)}
    yield _case("a mask for a picture", mask, _REFUSED)
    ring = {
        "1": _node("ExampleInvert", image=["2", 0], amount=1.0, channel="all"),
        "2": _node("ExampleInvert", image=["1", 0], amount=1.0, channel="all"),
        "3": _saved("2", 0),
    }
    yield _case("a ring", ring, _REFUSED)
    outside = {"1": _plain(), "2": _saved("1", 0, folder="../{run}")}
    yield _case("a prefix that leads out of the folder", outside, "failed Exception")
    missing = {"1": _node("LoadImage", image="nowhere.png"), "2": _saved()}
    yield _case("a picture that is not there", missing, _REFUSED)


def _written_again() -> Iterator[Case]:
    """Yield graphs of nodes that write, posted again after their files were removed."""
    poster = next(graph for name, graph in prompts(small_car.frozen().reference))
    writer = poster | {"4": poster["4"] | {"inputs": poster["4"]["inputs"] | {"task_id": "{run}"}}}
    post = Step("post", writer)
    steps = (post, post, Step("remove"), post)
    yield Case("a task whose folder was removed", steps, ("done", "done", "done"))


def _text(**inputs: Any) -> dict[str, Any]:
    given = {"system_prompt": "", "query_prompt": "{run}", "model": "local-stand-in-writer"}
    return _node("旅行文字生成", **(given | {"seed": 1, "timeout": 30} | inputs))


def _picture(**inputs: Any) -> dict[str, Any]:
    # The stand-in writes the same text to any question: the run's own word makes the order new.
    given = {"prompt": "lake", "negative_prompt": "{run}", "model": "local-stand-in-painter"}
    more = {"size": "768*960", "seed": 1, "timeout": 60}
    return _node("ImageSynthesisNode", **(given | more | inputs))


def _chain(text: dict[str, Any], picture: dict[str, Any]) -> Graph:
    """Return a picture of the text that another model writes, as in the `article` workflows."""
    linked = picture | {"inputs": picture["inputs"] | {"prompt": ["1", 0]}}
    return {"1": text, "2": linked, "3": _saved("2", 1)}


def _unpaid() -> Iterator[Case]:
    """Yield chains with a mistake in their last paid node: none of it may be paid."""
    for name, picture in {
        "a picture model that takes other orders": _picture(model="qwen-image"),
        "a picture model that is no name": _picture(model="../wan"),
        "a size that is not offered": _picture(size="10*10"),
        "a seed out of range": _picture(seed=-1),
    }.items():
        yield _case(name, _chain(_text(), picture), _REFUSED)
    yield _case("a text model that is no name", _chain(_text(model="a b"), _picture()), _REFUSED)
    yield _case("an empty question", _chain(_text(query_prompt=" "), _picture()), _REFUSED)
    empty = {"2": _picture(prompt=" "), "3": _saved("2", 1)}
    yield _case("an empty prompt", empty, _REFUSED)


def _paid_once() -> Iterator[Case]:
    """Yield paid graphs posted again after each thing that makes ComfyUI forget."""
    chain = _chain(_text(), _picture())
    post, again = Step("post", chain), ("done", "done")
    yield Case("a paid graph again", (post, post), again, (1, 1))
    yield Case("a paid graph after eviction", (post, Step("evict"), post), again, (1, 1))
    yield Case("a paid graph after a restart", (post, Step("restart"), post), again, (1, 1))
    other = Step("post", _chain(_text(), _picture(seed=2)))
    yield Case("another seed of the picture", (post, Step("evict"), other), again, (1, 2))
    ended = ("interrupted", "done")
    polled, asked = Step("post", chain, interrupt="poll"), Step("post", chain, interrupt="text")
    yield Case("a picture that was interrupted", (polled, post), ended, (1, 1))
    yield Case("a text that was interrupted", (asked, post), ended, (1, 1))
    restarted = (polled, Step("evict"), Step("restart"), post)
    yield Case("interrupt, eviction and restart", restarted, ended, (1, 1))


def _models() -> Iterator[Case]:
    """Yield graphs by their models: of either protocol, retired, and of other sizes."""
    for name in ("wan2.6-t2i", "wan2.7-image", "wan2.5-t2i-preview", "wan2.2-t2i-flash"):
        post = Step("post", _chain(_text(), _picture(model=name)))
        steps, ended = (post, Step("evict"), post), ("done", "done")
        yield Case(f"a picture of {name}, and again after eviction", steps, ended, (1, 1))
    newest = Step("post", _chain(_text(), _picture(model="wan2.6-t2i")))
    stopped = Step("post", newest.graph, interrupt="poll")
    again = (stopped, Step("evict"), Step("restart"), newest)
    yield Case("a picture by messages that was interrupted", again, ("interrupted", "done"), (1, 1))
    article = _chain(_text(model="qwen-max"), _picture(model="wanx2-t2i-lite"))
    post = Step("post", article)
    yield Case("the models of the article, retired", (post, post), ("done", "done"), (1, 1))
    plain = _picture(model="wanx2-t2i-lite", prompt="lake")
    successor = _picture(model="wan2.6-t2i", prompt="lake")
    both = tuple(Step("post", {"2": each, "3": _saved("2", 1)}) for each in (plain, successor))
    yield Case("a retired model, then its successor", both, ("done", "done"), (0, 1))
