"""The project's own keys in the local stack: of its hooks, its ids, and its drivers' tokens."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from local.cloud.identity.keys import Identity, new_signing_key

COMMUNITY_SECRET = "whsec_bG9jYWwtY29tbXVuaXR5LXNlY3JldC0wMDAx"  # noqa: S105 - of loopback services
BACKEND_SECRET = "whsec_bG9jYWwtYmFja2VuZC1zZWNyZXQtMDAwMDAx"  # noqa: S105 - likewise
AUDIENCE = "trip-poster"


@dataclass(frozen=True)
class LocalKeys(Identity):
    """The id key and the makers' identity service, kept in the data folder."""

    id_key: str

    @property
    def session_key(self) -> str:
        """The secret that keeps the studio's cookies."""
        return hashlib.sha256(f"session:{self.id_key}".encode()).hexdigest()

    def token(
        self, subject: str, scope: str = "driver", *, seconds: int = 3600, name: str = ""
    ) -> str:
        """Return a bearer token as the maker's identity service would mint it."""
        return super().token(subject, scope, seconds=seconds, name=name)


def load_keys(folder: Path) -> LocalKeys:
    """Return the keys of this data folder; the first call makes them."""
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = {"id_key": secrets.token_hex(32), "signing_key": new_signing_key()}
        path.write_text(json.dumps(fresh))
        path.chmod(0o600)
    return LocalKeys(**json.loads(path.read_text()), audience=AUDIENCE)
