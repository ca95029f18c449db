"""How a command is declared: the options that all have, its example, and where it works."""

from __future__ import annotations

import getpass
import inspect
import sys
import textwrap
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer
from typer import Option
from typer._click import HelpFormatter
from typer._click.exceptions import ClickException
from typer.core import TyperCommand, TyperGroup

from cli.ending import DONE, cut_short, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from typing import NoReturn

    from typer._click import Context

    from local.printed import Say

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".local"
_TYPED = "poster.typed"
# The context's object where the process is the command's own; tests put there what to work with.
OWN_PROCESS = object()
_ENDED_HERE = {"prog_name": "poster", "standalone_mode": False}

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


class _Formatter(HelpFormatter):
    """Breaks no word: paths and commands are copied."""

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        rows, margin = list(rows), " " * self.current_indent
        left = min(max(len(name) for name, _ in rows), col_max) + col_spacing
        below, width = f"\n{margin}{' ' * left}", max(self.width - left - 2, 10)
        for name, words in rows:
            lines = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)
            head = name.ljust(left) if len(name) + col_spacing <= left else name + below
            self.write(f"{margin}{head}{below.join(lines)}".rstrip() + "\n")


class _Context(typer.Context):
    formatter_class = _Formatter


class _Command(TyperCommand):
    context_class = _Context


class Group(TyperGroup):
    """A group whose help cuts nothing; the outermost one remembers what was typed."""

    context_class = _Context

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run a command line to its end; SystemExit has its status."""
        typed = sys.argv[1:] if args is None else list(args)
        try:
            status = super().main(typed, **{**extra, **_ENDED_HERE})
            sys.stdout.flush()
        except (ClickException, OSError) as error:
            status = cut_short(error, typed)
        sys.exit(status)

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
        context_settings={"help_option_names": ["--help", "-h"]},
        pretty_exceptions_enable=False,
    )


def command(
    app: typer.Typer,
    name: str,
    example: str,
    *,
    target: bool = False,
    json: bool = True,
    see: Mapping[int, str] = MappingProxyType({}),
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Declare a command: a function whose parameter `say` says what it has to say.

    `target`: it works on the settings of the environment, or on a local stack's. `see`: the next
    command where an error of that status refuses this one, with its arguments in braces.
    """
    added = [*(("local", "data") if target else ()), *(("json",) if json else ())]

    def declare(function: Callable[..., int | None]) -> Callable[..., None]:
        def run(ctx: typer.Context, **given: Any) -> None:
            chosen = {each: given.pop(each) for each in added}
            if "by" in given:
                given["by"] = given["by"] or getpass.getuser()
            raise typer.Exit(_ended(ctx, function, given, chosen, see))

        shown = [_parameter("ctx", typer.Context)]
        for each in inspect.signature(function).parameters.values():
            if each.name != "say":
                kind = eval(each.annotation, function.__globals__)  # noqa: S307 - our own source
                shown.append(_parameter(each.name, kind, each.default))
        shown += [_parameter(each, *_OPTIONS[each]) for each in added]
        run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in shown}
        run.__doc__ = function.__doc__
        app.command(name, cls=_Command, epilog=f"\b\nExample: {example}")(run)
        return run

    return declare


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    if default is False:
        # A flag without its opposite.
        get_args(kind)[1].param_decls = (f"--{name.strip('_').replace('_', '-')}",)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _ended(
    ctx: typer.Context,
    function: Callable[..., int | None],
    given: Any,
    chosen: dict[str, Any],
    see: Mapping[int, str],
) -> int:
    """Run a command on its target; return the exit status."""
    from local.memory import keep_small
    from local.printed import Say
    from shared.core.errors import BundleError

    local, data = bool(chosen.get("local")), chosen.get("data")
    named = data or given.get("data", DATA)
    is_named = data or named not in {DATA, None}
    target = ("--data", str(named)) if is_named else ("--local",) if local else ()
    given_by_test = None if ctx.obj is OWN_PROCESS else ctx.obj
    say = Say(
        as_json=chosen.get("json", False),
        target=target,
        typed=ctx.meta[_TYPED],
        given=given_by_test,
    )
    if ctx.obj is OWN_PROCESS:
        _log_to_people()
        keep_small()
    try:
        with _settings(say, data or DATA) if "local" in chosen else nullcontext():
            return function(**given, say=say) or DONE
    except BundleError as error:
        help_ = f"{ctx.command_path} --help"
        return refused(error, say, see=see, given=given, else_=help_, by_shell="local" in chosen)


def _log_to_people() -> None:
    """Send log lines to standard error, with times as all commands print them."""
    import structlog
    from structlog.typing import EventDict

    from local.printed import shown

    def stamped(_: object, __: str, event: EventDict) -> EventDict:
        return {"timestamp": shown(datetime.now(timezone.utc)), **event}

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            stamped,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _settings(say: Say, data: Path) -> AbstractContextManager[None]:
    """Put the target's settings into the environment, where the adapters' builders read them."""
    from local.one_process import environment, stack_settings

    if say.given is not None:
        return nullcontext()
    return environment(stack_settings(data)) if say.target else nullcontext()
