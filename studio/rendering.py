"""Pages and parts of pages, from templates that escape everything and miss nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse

from client.trip_posters.errors import ApiError
from shared.core.release import RELEASE
from studio import wording
from studio.people import signed_in
from studio.refusing import Told, told_of

HERE = Path(__file__).parent
# Which pages there are, and who sees them: anybody, or those with one of the scopes.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("new", ("driver",)),
    ("wall", ()),
    ("review", ("reviewer",)),
    ("vehicles", ("studio", "operator")),
    ("styles", ()),
    ("seasons", ("studio", "operator")),
    ("health", ("studio", "operator")),
)


@pass_context
def _say(context: Context, key: str, **values: Any) -> str:
    """Return the words of a key; a key that nobody wrote is a fault."""
    text = str(context["words"][key])
    return text.format(**values) if values else text


@pass_context
def _term(context: Context, group: str, value: object) -> str:
    """Return the word for one of the API's terms, or the term where it is a new one."""
    return str(context["words"].get(f"terms.{group}.{value}", value))


@pass_context
def _refused(context: Context, error: ApiError, labels: Mapping[str, str] | None = None) -> Told:
    """Return what is said of a refusal."""
    return told_of(error, context["words"], labels or {})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(say=_say, term=_term, refused=_refused)
    made.filters.update(
        moment=wording.moment, span=wording.span, since=wording.since, figure=wording.figure
    )
    return made


def render(request: Request, template: str, **values: Any) -> str:
    """Return a template's HTML in the person's language."""
    language, person = wording.language_of(request), signed_in(request)
    shown = [name for name, scopes in SECTIONS if person and (not scopes or person.has(*scopes))]
    return (
        _environment()
        .get_template(template)
        .render(
            words=wording.words_in(language),
            language=language,
            languages=wording.LANGUAGES,
            title_language="en" if language == "en" else "zh",
            person=person,
            sections=shown,
            path=request.url.path,
            here=here_of(request),
            release=RELEASE,
            is_part=is_part(request),
            **values,
        )
    )


def respond(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Answer with a page, or a part of one; a browser keeps it for Back, and for nothing else."""
    kept = {"Cache-Control": "private, no-cache", "Vary": "HX-Request, Cookie"}
    body = render(request, template, status=status, **values)
    return HTMLResponse(body, status, {**kept, **(headers or {})})


def here_of(request: Request) -> str:
    """Return the page's address within its host, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def is_part(request: Request) -> bool:
    """Say whether htmx asks, for a part of the page that is there."""
    return request.headers.get("hx-request") == "true"
