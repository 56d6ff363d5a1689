"""One delivery over HTTP, signed by the Standard Webhooks specification (1.0): one answer or one reason, within five seconds.

No redirect is followed, no proxy of the environment used, nothing of the answer's body read, and the address that was looked up
and checked is the one that is called: a name cannot lead elsewhere between the two (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import datetime, timedelta
from typing import Final

import httpx
from standardwebhooks import Webhook

from hotline.domain.webhook import may_be_called
from hotline.services.api_rows import Delivery, Endpoint
from hotline.services.webhook_queue import Outcome

TIMEOUT: Final = timedelta(seconds=5)
AGENT: Final = "hotline-webhooks/1"


class WebhookPost:
    """Posts deliveries; ``private`` lets them go to addresses of a closed network (``HOTLINE_WEBHOOK_PRIVATE``).

    Used inside one event loop, as an asynchronous context.
    """

    def __init__(self, *, private: bool, timeout: timedelta = TIMEOUT) -> None:
        self._private, self._seconds = private, timeout.total_seconds()
        self._client: httpx.AsyncClient | None = None

    async def post(self, endpoint: Endpoint, delivery: Delivery, at: datetime) -> Outcome:
        """Send a delivery as of ``at`` (UTC); never raises for what the network or the receiver does."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(endpoint, delivery, at)
        except TimeoutError:
            return Outcome(error="timeout")
        except OSError:
            return Outcome(error="unknown_host")
        except httpx.TimeoutException:
            return Outcome(error="timeout")
        except httpx.ConnectError as refused:
            return Outcome(error="tls" if "SSL" in str(refused).upper() else "connect")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return Outcome(error="protocol")

    async def close(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _post(self, endpoint: Endpoint, delivery: Delivery, at: datetime) -> Outcome:
        url = httpx.URL(endpoint.url)
        address = await self._address(url)
        if address is None:
            return Outcome(error="address")
        headers = {**_signed(endpoint.secret, delivery, at), "Host": url.netloc.decode("ascii"), "User-Agent": AGENT}
        request = self._open().build_request(
            "POST", url.copy_with(host=address), content=delivery.body, headers=headers, extensions={"sni_hostname": url.host}
        )
        answer = await self._open().send(request, stream=True)
        await answer.aclose()
        return Outcome(answer.status_code, "redirect" if answer.is_redirect else "")

    async def _address(self, url: httpx.URL) -> str | None:
        """Return the first address of the host that may be called; raises ``OSError`` for a host that is not known."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        return next((one for one in addresses if may_be_called(one, private=self._private)), None)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                trust_env=False, follow_redirects=False, verify=ssl.create_default_context(), timeout=self._seconds,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=15),
            )  # fmt: skip
        return self._client


def _signed(secret: str, delivery: Delivery, at: datetime) -> dict[str, str]:
    signature = Webhook(secret).sign(delivery.id, at, delivery.body.decode())
    return {
        "Content-Type": "application/json", "webhook-id": delivery.id, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }  # fmt: skip
