"""Who may sign in to the local stack: two people of each role, for the studio and nothing else."""

import time

from local.cloud.identity.keys import Identity
from local.cloud.identity.people import Client, Person, Role
from local.cloud.identity.provider import Provider

STUDIO_CLIENT = "trip-poster-studio"
_NAMES = ("Anna", "Bo")

_ROLES = (
    Role("driver", "driver", {"en": "Driver", "zh-Hans": "车主", "zh-Hant": "車主"}),
    Role("reviewer", "reviewer", {"en": "Reviewer", "zh-Hans": "审核员", "zh-Hant": "審核員"}),
    Role(
        "studio",
        "driver studio",
        {"en": "Marketing and 3D", "zh-Hans": "市场与三维", "zh-Hant": "行銷與三維"},
    ),
    Role(
        "operator",
        "driver studio reviewer operator",
        {"en": "Operator", "zh-Hans": "运维", "zh-Hant": "維運"},
    ),
)
# The trips of `poster demo` are this driver's.
_SUBJECTS = {"driver.anna": "demo-driver"}


def people() -> tuple[Person, ...]:
    """Return everybody; `reviewer.anna` and `reviewer.bo` are two of them."""
    return tuple(_person(role, name) for role in _ROLES for name in _NAMES)


def _person(role: Role, name: str) -> Person:
    hint = f"{role.id}.{name.lower()}"
    return Person(hint, role, name, _SUBJECTS.get(hint, f"demo-{hint}"))


def sign_ins(identity: Identity, studio: str, seconds: int) -> Provider:
    """Return the service that they sign in with, to the studio at an address."""
    clients = [_studio_client(studio)]
    return Provider(identity, people(), clients, clock=time.monotonic, seconds=seconds)


def _studio_client(address: str) -> Client:
    """Return the studio at an address, as the identity service knows it: a public client."""
    return Client(
        STUDIO_CLIENT,
        redirects=(f"{address}/signed-in",),
        after_sign_out=(address, f"{address}/", f"{address}/signed-out"),
    )
