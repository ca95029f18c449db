"""Keys of the local stack: well-known ones for the services, generated ones for identity."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

if TYPE_CHECKING:
    from pathlib import Path

REGION = "cn-shanghai"
ACCOUNT = "1234567890123456"
ACCESS_KEY_ID = "local-access-key"
ACCESS_KEY_SECRET = "local-secret-key"  # noqa: S105 - opens nothing but the loopback services
DASHSCOPE_KEY = "sk-local"
EAS_TOKEN = "local-eas-token"  # noqa: S105 - likewise
COMMUNITY_SECRET = "whsec_bG9jYWwtY29tbXVuaXR5LXNlY3JldC0wMDAx"  # noqa: S105 - likewise
BACKEND_SECRET = "whsec_bG9jYWwtYmFja2VuZC1zZWNyZXQtMDAwMDAx"  # noqa: S105 - likewise
ISSUER = "https://identity.local"
AUDIENCE = "trip-poster"
_KEY_ID = "local-1"


@dataclass(frozen=True)
class LocalKeys:
    """The id key and the identity service's signing key, kept in the data folder."""

    id_key: str
    signing_key: str

    def jwks(self) -> str:
        """Return the public keys as the functions are given them."""
        public = serialization.load_pem_private_key(self.signing_key.encode(), None).public_key()
        key: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(public))  # type: ignore[arg-type]
        return json.dumps({"keys": [{**key, "kid": _KEY_ID, "use": "sig", "alg": "ES256"}]})

    def token(self, subject: str, scope: str = "driver", *, seconds: int = 3600) -> str:
        """Return a bearer token as the maker's identity service would mint it."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "scope": scope, "iat": now}
        return jwt.encode(
            {**claims, "exp": now + seconds}, self.signing_key, "ES256", headers={"kid": _KEY_ID}
        )


def load_keys(folder: Path) -> LocalKeys:
    """Return the keys of this data folder; the first call makes them."""
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"id_key": secrets.token_hex(32), "signing_key": _new_key()}))
        path.chmod(0o600)
    return LocalKeys(**json.loads(path.read_text()))


def _new_key() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
