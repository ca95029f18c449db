"""The description of the HTTP interface (OpenAPI 3.1): openapi.yaml, models, settings, errors."""

import json
import re
from pathlib import Path
from typing import Any, get_args

from cli.filled import filled
from functions.export_driver.schema import MOST as EXPORTED
from shared.core import naming
from shared.core.refusals import Refusal
from shared.edge.job_answers import RETRY_AFTER_SECONDS
from shared.jobs.listing import MOST
from shared.jobs.wall_pages import MOST as WALL_MOST
from tools.write_docs import examples, examples_own, examples_staff
from tools.write_docs.schemas import schemas

Node = dict[str, Any]
_FILE = Path(__file__).with_name("openapi.yaml")
_NAMED = f"{naming.RULE}; what is not plain ASCII as its UTF-8, percent-encoded behind UTF-8''"
_RETRY_AFTER = {
    "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}},
}
_HEADERS_OF_REFUSALS: dict[str, Node] = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}


def openapi_json(root: Path) -> str:
    """Return the description as the text of openapi.json."""
    return json.dumps(openapi(root), ensure_ascii=False, indent=2) + "\n"


def openapi(root: Path) -> Node:
    """Return the description; KeyError for a name in openapi.yaml that nothing here has."""
    found: Node = filled(_FILE, _values(root))
    bodies = {**examples.problems(root), **examples_own.problems(), **examples_staff.problems()}
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["responses"] = {
                status: _refusal(status, answer, bodies) if isinstance(answer, list) else answer
                for status, answer in operation["responses"].items()
            }
    components = found["components"]
    components["schemas"] = {**schemas(), **components["schemas"]}
    return found


def _values(root: Path) -> Node:
    version = re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text("utf-8"), re.M)
    sample = root / "examples" / "trips" / "article_trip.txt"
    return {
        "version": version[1] if version else "0",
        "idempotency_key": f"names this request; {_NAMED}",
        "for_driver": f"with the scope service: whom it acts for; {_NAMED}",
        "most": MOST,
        "wall_most": WALL_MOST,
        "exported": f"A file of at most {EXPORTED} jobs.",
        "retry_after": RETRY_AFTER_SECONDS,
        "refusal_codes": list(get_args(Refusal)),
        "trip": examples.trip(root),
        "text_trip": sample.read_text("utf-8"),
        **examples.answers(),
        **examples_own.answers(),
        **examples_staff.answers(),
    }


def _refusal(status: str, told: list[Any], bodies: dict[str, Node]) -> Node:
    meaning, names = told
    headers = _HEADERS_OF_REFUSALS.get(status)
    shown = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {name: {"value": bodies[name]} for name in names},
    }
    return {
        "description": meaning,
        **({"headers": headers} if headers else {}),
        "content": {"application/problem+json": shown},
    }
