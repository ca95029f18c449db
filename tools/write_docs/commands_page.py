"""The reference of commands, from their own help."""

import inspect
import re
from collections.abc import Iterator

import typer
from typer._click import Command
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

from cli.app import app
from cli.frame import ROOT

# Told once, above.
_COMMON = ("--local", "--data", "--by")
_EVERYWHERE = {"--json"}
# Of developers' commands the page has the examples alone.
_BRIEF = (
    *("poster bench", "poster dev", "poster chaos", "poster belonging", "poster gallery"),
    *("poster try", "poster token", "poster models", "poster workflows"),
)


def commands_page() -> str:
    root = get_command(app)
    intro = (
        "# Commands\n\n<!-- Written by `poster docs`. -->\n\n"
        f"{_told(root)}\n\n"
        "`. .venv/bin/activate` puts `poster` on the path; with `--install-completion` bash and "
        "zsh complete its words. Below without their meaning: `--local`, in whose place "
        "`--data DIR` may stand; `--by NAME`, who does it, else `$POSTER_BY`, else your login's "
        "name; and what the same part has explained above.\n"
    )
    return intro + "".join(_section(name, each) for name, each in _groups(root))


def commands(command: Command, name: str = "poster") -> Iterator[tuple[str, Command]]:
    """Yield every command below a group with its whole name."""
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    for each in command.commands.values():
        yield from commands(each, f"{name} {each.name}")


def example_of(command: Command) -> str:
    """Return the command line that its help shows, "" without one."""
    return (command.epilog or "").partition("Example: ")[2].strip()


def _groups(root: Command) -> Iterator[tuple[str, Command]]:
    assert isinstance(root, TyperGroup)  # noqa: S101 - for the types
    yield "poster", root
    for each in root.commands.values():
        if isinstance(each, TyperGroup):
            yield f"poster {each.name}", each


def _section(name: str, group: Command) -> str:
    """Return a group's commands; the outermost one has those without a group."""
    assert isinstance(group, TyperGroup)  # noqa: S101 - for the types
    own = [each for each in group.commands.values() if not isinstance(each, TyperGroup)]
    words = "" if name == "poster" else f"{_told(group)}\n\n"
    explained: set[str] = set()
    entries = "\n".join(_entry(f"{name} {each.name}", each, explained) for each in own)
    return f"\n## {name}\n\n{words}{entries}"


def _entry(name: str, command: Command, explained: set[str]) -> str:
    """Return a command's lines; what `explained` has of options is named alone, and grows."""
    context = typer.Context(command, info_name=name)
    words = [re.sub("[{}]", "", each) for each in command.collect_usage_pieces(context)]
    line = " ".join([name, *(each for each in words if each != "[OPTIONS]")])
    options = [each for each in command.params if isinstance(each, TyperOption)]
    common = [opt for each in options for opt in each.opts if opt in _COMMON]
    if "--local" in common:
        common = [each for each in common if each != "--data" and each not in example_of(command)]
    shown = [] if name.startswith(_BRIEF) else [each for each in options if not _is_common(each)]
    lines = {each.opts[0]: _option(each, context) for each in shown}
    named = [*(opt for opt, line in lines.items() if line in explained), *common]
    also = f", {', '.join(f'`{opt}`' for opt in named)}" if named else ""
    told = "\n".join(line for line in lines.values() if line not in explained)
    explained.update(lines.values())
    example = "" if example_of(command) == name else f" `{example_of(command)}`"
    return f"**{line}** {_told(command)}{example}{also}\n" + (told and f"\n{told}\n")


def _is_common(option: TyperOption) -> bool:
    return bool(set(option.opts) & {*_COMMON, *_EVERYWHERE})


def _option(option: TyperOption, context: typer.Context) -> str:
    """Return an option's line: its names, its meaning, its default."""
    names, words = option.get_help_record(context) or ("", "")
    words = re.sub(
        r"\s*\[default: ([^;\]]*)[^\]]*\]",
        r" (\1)",
        words.replace(f"{ROOT}/", "").replace(str(ROOT), "."),
    )
    names = re.sub(r" <(\w+)( range)?>", r" <\1>", names)
    words = re.sub(r" *\[[^\]]*\]$", "", words)
    return f"- `{names}` {words}"


def _told(command: Command) -> str:
    words = inspect.cleandoc(command.help or "").replace("\b\n", "")
    return re.sub(r"^  (\d+) +", r"- `\1`: ", words.replace("status:\n", "status:\n\n"), flags=re.M)
