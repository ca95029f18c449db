"""The pages of the identity service: whom to sign in as, and that one is signed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from local.cloud.identity.people import Person

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Sign in",
        "about": "This is the local stand-in for an identity service. Choose who you are.",
        "out": "You are signed out.",
        "wrong": "This request cannot be answered",
    },
    "zh-Hans": {
        "title": "登录",
        "about": "这是身份服务的本地替身。请选择您的身份。",
        "out": "您已退出登录。",
        "wrong": "无法处理此请求",
    },
    "zh-Hant": {
        "title": "登入",
        "about": "這是身分服務的本機替身。請選擇您的身分。",
        "out": "您已登出。",
        "wrong": "無法處理此請求",
    },
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STYLE = """
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem;
  color: #1d2125; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem }
ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .6rem; margin: 0 }
a { display: inline-block; min-width: 7rem; padding: .6rem 1rem; border: 1px solid #5b6770;
  border-radius: .4rem; color: #0b4f8a; text-decoration: none; text-align: center }
a:hover { background: #eaf2f9 } a:focus-visible { outline: 3px solid #0b4f8a; outline-offset: 2px }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ec; background: #16191c } a { color: #8ec5f4; border-color: #8a97a1 }
  a:hover { background: #22303c } a:focus-visible { outline-color: #8ec5f4 }
}
"""


def sign_in_page(
    people: Iterable[Person], link: Callable[[Person], str], request: Request
) -> HTMLResponse:
    """Return the page with a link for each person, role by role."""
    language, by_role = language_of(request), dict[str, list[Person]]()
    for person in people:
        by_role.setdefault(person.role.id, []).append(person)
    parts = []
    for found in by_role.values():
        titles = found[0].role.titles
        links = "".join(
            f'<li><a href="{escape(link(each))}" data-person="{escape(each.hint)}">'
            f"{escape(each.name)}</a></li>"
            for each in found
        )
        title = escape(titles.get(language, titles["en"]))
        parts.append(f"<section><h2>{title}</h2><ul>{links}</ul></section>")
    words = _WORDS[language]
    return _page(language, words["title"], f"<p>{words['about']}</p>{''.join(parts)}")


def signed_out_page(request: Request) -> HTMLResponse:
    """Return the page that nobody is sent on from."""
    language = language_of(request)
    return _page(language, _WORDS[language]["out"], "")


def wrong_page(request: Request, words: str) -> HTMLResponse:
    """Return what is said where nobody may be sent back."""
    language = language_of(request)
    return _page(language, _WORDS[language]["wrong"], f"<p>{escape(words)}</p>", status=400)


def language_of(request: Request) -> str:
    """Return the language of `ui_locales`, else of the browser, else English."""
    wished = request.query_params.get("ui_locales", "").split()
    for each in [*wished, *_accepted(request.headers.get("accept-language", ""))]:
        if found := _known(each.lower()):
            return found
    return "en"


def _accepted(header: str) -> list[str]:
    found = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            found.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for quality, tag in sorted(found, key=lambda each: each[0]) if quality < 0]


def _known(tag: str) -> str:
    if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return "zh-Hant"
    language = tag.partition("-")[0]
    return {"zh": "zh-Hans", "en": "en"}.get(language, "")


def _page(language: str, title: str, body: str, *, status: int = 200) -> HTMLResponse:
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/style.css"></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, _HEADERS)
