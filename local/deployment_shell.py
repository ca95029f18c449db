"""What the shell of a deployment to the local stack has: addresses, names, and its own keys."""

from __future__ import annotations

from collections.abc import Mapping

from local import own_keys
from local.cloud.identity import keys
from local.own_people import STUDIO_CLIENT

STATE_BUCKET, MOUNT_BUCKET = "trip-poster-state", "trip-poster-mount"
EAS_NAME = "trip-poster-comfyui"


def studio_address(urls: Mapping[str, str]) -> str:
    """Return where the studio is opened, by the services' addresses."""
    return f"{urls['app']}/studio"


def variables(urls: Mapping[str, str], own: own_keys.LocalKeys) -> dict[str, str]:
    """Return the variables from which s.yaml is read, by the services' addresses."""
    return {
        "ALIYUN_ACCOUNT_ID": keys.ACCOUNT,
        "STATE_BUCKET": STATE_BUCKET,
        "MOUNT_BUCKET": MOUNT_BUCKET,
        "OSS_ENDPOINT": urls["oss"],
        "OSS_PUBLIC_ENDPOINT": urls["oss"],
        "FC_ENDPOINT": urls["fc"],
        "JWT_ISSUER": keys.ISSUER,
        "JWT_AUDIENCE": own_keys.AUDIENCE,
        "JWT_JWKS": own.jwks(),
        "ID_KEY": own.id_key,
        "DASHSCOPE_API_KEY": keys.DASHSCOPE_KEY,
        "DASHSCOPE_BASE_URL": f"{urls['dashscope']}/api/v1",
        "PICTURE_HOSTS": "127.0.0.1",
        "EAS_SERVICE_URL": f"{urls['eas']}/api/predict/{EAS_NAME}",
        "EAS_TOKEN": keys.EAS_TOKEN,
        "ANNOUNCE_HOSTS": "127.0.0.1",
        "COMMUNITY_URL": f"{urls['community']}/hooks/community",
        "COMMUNITY_SECRETS": own_keys.COMMUNITY_SECRET,
        "BACKEND_URL": f"{urls['community']}/hooks/backend",
        "BACKEND_SECRETS": own_keys.BACKEND_SECRET,
        "PUBLIC_BASE_URL": urls["app"],
        "STUDIO_URL": studio_address(urls),
        "STUDIO_API_URL": urls["app"],
        "STUDIO_OIDC_ISSUER": urls["identity"],
        "STUDIO_OIDC_CLIENT_ID": STUDIO_CLIENT,
        "STUDIO_SESSION_KEY": own.session_key,
        "STUDIO_PICTURE_HOSTS": urls["oss"],
    }
