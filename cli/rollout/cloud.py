"""Function Compute's control API, over the vendor's SDK."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import DaraException
from darabonba.runtime import RuntimeOptions

from cli.rollout.refused import CloudBusyError, CloudRefusedError
from shared.core.errors import UpstreamUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.settings.credentials import Credentials

_CONNECT_MS, _READ_MS = 5_000, 120_000
_PAGE, _BUSY = 100, 429


class FunctionCompute:
    """Calls by the SDK's names; values as the API writes them.

    `endpoint` is an address with its scheme, or a host that is asked by HTTPS.
    """

    def __init__(self, endpoint: str, region: str, keys: Credentials) -> None:
        place = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        config = Config(
            keys.access_key_id,
            keys.access_key_secret,
            security_token=keys.security_token or None,
            endpoint=place.netloc,
            protocol=place.scheme,
            region_id=region,
        )
        self._client = Client(config)
        self._runtime = RuntimeOptions(connect_timeout=_CONNECT_MS, read_timeout=_READ_MS)

    def call(self, action: str, *names: str, **values: Any) -> Any:
        """Call an action such as `get_function`; None where there is nothing of that name.

        CloudRefusedError for what is refused, UpstreamUnavailableError without an answer.
        """
        kind = "".join(part.title() for part in action.split("_")) + "Request"
        request = getattr(models, kind, None)
        asked = () if request is None else (request().from_map(values),)
        try:
            answer = getattr(self._client, f"{action}_with_options")(
                *names, *asked, {}, self._runtime
            )
        except ClientException as error:
            if error.status_code == 404 and action.startswith("get_"):
                return None
            words = error.data.get("errorMessage") or error.message
            msg = f"{action} {' '.join(names)}: {error.code}: {words}"
            raise CloudRefusedError(msg) from error
        except DaraException as error:
            msg = f"{action} {' '.join(names)}: no answer: {error}"
            raise UpstreamUnavailableError(msg) from error
        # Of what is deleted the answer has no body.
        body = getattr(answer, "body", None)
        return body.to_map() if body else {}

    def pages(self, action: str, key: str, *names: str, **values: Any) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages of a list."""
        token = ""
        while True:
            more = {"nextToken": token} if token else {}
            page = self.call(action, *names, limit=_PAGE, **more, **values)
            yield from page.get(key) or ()
            token = page.get("nextToken") or ""
            if not token:
                return

    def invoke(self, name: str, event: bytes, qualifier: str) -> tuple[bytes, str]:
        """Run a function at once; return its answer, and the type of its error or "".

        CloudBusyError while it is at its cap; the other errors are those of `call`.
        """
        asked = models.InvokeFunctionRequest(body=io.BytesIO(event), qualifier=qualifier)
        try:
            answer = self._client.invoke_function_with_options(
                name, asked, models.InvokeFunctionHeaders(), self._runtime
            )
        except ClientException as error:
            refused = CloudBusyError if error.status_code == _BUSY else CloudRefusedError
            raise refused(f"{name}.{qualifier}: {error.code}: {error.message}") from error
        except DaraException as error:
            msg = f"{name}.{qualifier}: no answer: {error}"
            raise UpstreamUnavailableError(msg) from error
        return answer.body.read(), answer.headers.get("x-fc-error-type", "")
