"""Well-known keys of the local services, and an identity service: its signing key and tokens."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

REGION = "cn-shanghai"
ACCOUNT = "1234567890123456"
ACCESS_KEY_ID = "local-access-key"
ACCESS_KEY_SECRET = "local-secret-key"  # noqa: S105 - opens nothing but the loopback services
DASHSCOPE_KEY = "sk-local"
EAS_TOKEN = "local-eas-token"  # noqa: S105 - likewise
ISSUER = "https://identity.local"
_KEY_ID = "local-1"


@dataclass(frozen=True)
class Identity:
    """The service that signs tokens for one audience; the key is a PEM (P-256)."""

    signing_key: str
    audience: str

    def jwks(self) -> str:
        """Return the public keys as the functions are given them."""
        public = serialization.load_pem_private_key(self.signing_key.encode(), None).public_key()
        key: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(public))  # type: ignore[arg-type]
        return json.dumps({"keys": [{**key, "kid": _KEY_ID, "use": "sig", "alg": "ES256"}]})

    def token(self, subject: str, scope: str = "", *, seconds: int = 3600, name: str = "") -> str:
        """Return a bearer token; with `name` it says how its holder is called."""
        claims = {"iss": ISSUER, "aud": self.audience, "sub": subject, "scope": scope}
        return self.signed(claims | ({"name": name} if name else {}), seconds)

    def signed(self, claims: Mapping[str, Any], seconds: int) -> str:
        """Return these claims as a token that holds for `seconds` from now."""
        now = int(time.time())
        return jwt.encode(
            {**claims, "iat": now, "exp": now + seconds},
            self.signing_key,
            "ES256",
            headers={"kid": _KEY_ID},
        )


def new_signing_key() -> str:
    """Return a fresh key for an identity service."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
