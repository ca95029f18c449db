"""How a command is declared: the options that all have, its example, and how it ends."""

from __future__ import annotations

import getpass
import inspect
import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer
from typer import Option
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from typer._click import Context, HelpFormatter

    from local.printed import Say
    from shared.core.errors import BundleError

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".local"
DONE, REFUSED, NOT_UNDERSTOOD = 0, 1, 2
_TYPED = "poster.typed"
# The context's object where the process is the command's own; tests put there what to work with.
OWN_PROCESS = object()

By = Annotated[
    str,
    Option(envvar="POSTER_BY", metavar="NAME", help="Who does it; else your login's name."),
]
Local = Annotated[bool, Option(help="On the running local stack.")]
Data = Annotated[Path | None, Option(metavar="DIR", help="On the local stack that stores there.")]
_OPTIONS: dict[str, tuple[Any, Any]] = {
    "local": (Local, False),
    "data": (Data, None),
    "json": (Annotated[bool, Option(help="The result as JSON.")], False),
}


class Group(TyperGroup):
    """A group whose help cuts nothing; the outermost one remembers what was typed."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """Keep the command line, for refusals that name the next one."""
        typed = tuple(args)
        context = super().make_context(info_name, args, parent, **extra)
        context.meta.setdefault(_TYPED, typed)
        return context

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write each command with its whole first sentence."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, each.get_short_help_str(1000)) for name, each in found if each]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def group(help_: str) -> typer.Typer:
    """Return a group of commands."""
    return typer.Typer(
        cls=Group,
        help=help_,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def command(
    app: typer.Typer, name: str, example: str, *, target: bool = False, json: bool = True
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Declare a command: a function whose parameter `say` says what it has to say.

    `target`: it works on the settings of the environment, or on a local stack's.
    """
    added = [*(("local", "data") if target else ()), *(("json",) if json else ())]

    def declare(function: Callable[..., int | None]) -> Callable[..., None]:
        def run(ctx: typer.Context, **given: Any) -> None:
            chosen = {each: given.pop(each) for each in added}
            if "by" in given:
                given["by"] = given["by"] or getpass.getuser()
            raise typer.Exit(_ended(ctx, function, given, chosen))

        shown = [_parameter("ctx", typer.Context)]
        for each in inspect.signature(function).parameters.values():
            if each.name != "say":
                kind = eval(each.annotation, function.__globals__)  # noqa: S307 - our own source
                shown.append(_parameter(each.name, kind, each.default))
        shown += [_parameter(each, *_OPTIONS[each]) for each in added]
        run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in shown}
        run.__doc__ = function.__doc__
        app.command(name, epilog=f"\b\nExample: {example}")(run)
        return run

    return declare


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    if default is False:
        # A flag without its opposite.
        get_args(kind)[1].param_decls = (f"--{name.strip('_').replace('_', '-')}",)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _ended(
    ctx: typer.Context, function: Callable[..., int | None], given: Any, chosen: dict[str, Any]
) -> int:
    """Run a command on its target; return the exit status."""
    import structlog

    from local.memory import keep_small
    from local.printed import Say
    from shared.core.errors import BundleError

    local, data = bool(chosen.get("local")), chosen.get("data")
    target = ("--data", str(data)) if data else ("--local",) if local else ()
    given_by_test = None if ctx.obj is OWN_PROCESS else ctx.obj
    say = Say(
        as_json=chosen.get("json", False),
        target=target,
        typed=ctx.meta[_TYPED],
        given=given_by_test,
    )
    if ctx.obj is OWN_PROCESS:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        keep_small()
    try:
        with _settings(say, data or DATA) if "local" in chosen else nullcontext():
            return function(**given, say=say) or DONE
    except BundleError as error:
        return _refused(say, error, has_target="local" in chosen)


def _settings(say: Say, data: Path) -> AbstractContextManager[None]:
    """Put the target's settings into the environment, where the adapters' builders read them."""
    from local.one_process import environment, stack_settings

    if say.given is not None:
        return nullcontext()
    return environment(stack_settings(data)) if say.target else nullcontext()


def _refused(say: Say, error: BundleError, *, has_target: bool) -> int:
    """Say what refuses a command, and what to do instead; return the exit status."""
    from shared.settings import SettingsError

    words = str(error) or error.title
    if not isinstance(error, SettingsError):
        say.refusal(words)
        return REFUSED
    again = shlex.join(("poster", *say.typed, "--local"))
    more = f"\nset them, or take the running local stack: {again}"
    say.refusal(words + more * has_target)
    return NOT_UNDERSTOOD
