"""Time stamps from an authority over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

import asyncio
import http.client
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper

from certificates.signing.backend import SigningFailed, SigningRefused

TIME_LIMIT = 10.0
_LARGEST_ANSWER = 100_000


class HttpTimeStamper(TimeStamper):
    """Asks one authority; a connection each time, because minutes may lie between two certificates."""

    def __init__(self, url: str, time_limit: float = TIME_LIMIT) -> None:
        """Raises SigningRefused for an address that is none."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._parts = urlsplit(url)
        if self._parts.scheme not in {"http", "https"} or not self._parts.hostname:
            raise SigningRefused("the address of the time stamping authority is not one")
        self._time_limit = time_limit

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The answer to a request. Raises SigningFailed when there is none."""
        return tsp.TimeStampResp.load(await asyncio.to_thread(self._post, req.dump()))

    def _post(self, body: bytes) -> bytes:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=self._time_limit)
        try:
            query = f"?{self._parts.query}" if self._parts.query else ""
            connection.request(
                "POST",
                f"{self._parts.path or '/'}{query}",
                body,
                {"Content-Type": "application/timestamp-query"},
            )
            response = connection.getresponse()
            answer = response.read(_LARGEST_ANSWER)
            if response.status != 200:
                raise SigningFailed(f"the time stamping authority answered {response.status}")
            return answer
        except (OSError, http.client.HTTPException) as error:
            raise SigningFailed("the time stamping authority cannot be reached") from error
        finally:
            connection.close()
