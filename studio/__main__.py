"""Serve the studio where Function Compute expects a web function to listen."""

import uvicorn

from shared.observability import log
from shared.settings import read, variables
from shared.settings.function_compute import PlatformSettings
from shared.settings.studio import StudioSettings
from studio.app import create_app

_PORT = 9000


def main() -> None:
    """Serve until the platform ends the instance."""
    log.configure(read(PlatformSettings).log_level)
    port = int(variables().get("FC_CUSTOM_LISTEN_PORT") or _PORT)
    uvicorn.run(
        create_app(read(StudioSettings)),
        host="0.0.0.0",  # noqa: S104 - the platform asks from outside the instance
        port=port,
        # The platform keeps connections for long, and says who asks.
        timeout_keep_alive=900,
        proxy_headers=True,
        forwarded_allow_ips="*",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
