"""What nobody in their right mind sends: strategies for texts, JSON, bodies, keys and events."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from local.stack import ROOT

JOB = "j" + "a" * 31
ERASURE = "e" + "a" * 31
UPLOAD = "u" + "a" * 31
SAMPLE = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
DEEP = "[" * 200_000
some = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
odd_text = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "../../etc/passwd",
            "/absolute",
            "%2e%2e%2f",
            "长" * 341,
            "é",
            "1" * 5000,
            "a\r\nX-Evil: 1",
            DEEP,
            '{"a":' * 5000,
        ]
    ),
)
odd_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False)
    | odd_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_text, inner, max_size=4),
    max_leaves=12,
)
bodies = st.one_of(
    odd_text,
    odd_json.map(json.dumps),
    st.fixed_dictionaries(
        {}, optional={name: odd_json | st.just(value) for name, value in SAMPLE.items()}
    ).map(lambda fields: json.dumps({**SAMPLE, **fields})),
    st.dictionaries(
        st.sampled_from(["decision", "attempt", "seed", "style", "note", "task_id", "share"]),
        odd_json,
    ).map(json.dumps),
)


def event_of(
    path: object,
    headers: object,
    body: object,
    *,
    method: str = "POST",
    query: object = None,
    encoded: object = False,
) -> bytes:
    """Return an HTTP trigger's event."""
    return json.dumps(
        {
            "version": "v1",
            "rawPath": path,
            "body": body,
            "isBase64Encoded": encoded,
            "headers": headers,
            "queryParameters": {} if query is None else query,
            "requestContext": {"http": {"method": method, "path": path}},
        }
    ).encode()


def uploaded_event(key: object, *, size: object = 9, bucket: object = "b") -> bytes:
    """Return the event of an object that has appeared, twice."""
    record = {
        "eventName": "ObjectCreated:PutObject",
        "oss": {"bucket": {"name": bucket}, "object": {"key": key, "size": size}},
    }
    return json.dumps({"events": [record, record]}).encode()


# One of each way in which a key can be wrong, behind a prefix and before an ending.
odd_keys = (
    "../{}x{}",
    "/{}x{}",
    "",
    "{}..{}",
    "{}" + "长" * 330 + "{}",
    "%2e%2e%2f{}x{}",
    "{}%2F..%2Fx{}",
    "{}a/../b/../../c{}",
    "{}\x00{}",
    "{}\ud800{}",
    "{}//{}",
    "{}{}",
)


def keys_behind(prefix: str, ending: str) -> list[str]:
    """Return odd keys that a trigger with this prefix might hand on."""
    return [key.format(prefix, ending) if key else key for key in odd_keys]
