"""Export to the local Zotero, through the interface it has for browsers.

The protocol is the one of Zotero's connector: `POST /connector/saveItems` with the items and a session id.
https://www.zotero.org/support/dev/client_coding/connector_http_server
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from papertui.errors import SourceError
from papertui.sources.endpoint import endpoint_address

if TYPE_CHECKING:
    import httpx

_ADDRESS = "http://127.0.0.1:23119"
_VARIABLE = "PAPERTUI_ZOTERO_URL"
_LARGEST = 1 << 16
_HEADERS = {"X-Zotero-Connector-API-Version": "3", "Accept-Encoding": "identity"}


def zotero_sender(environ: Mapping[str, str]) -> Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]:
    """A function that sends items to Zotero on this machine, or at ``PAPERTUI_ZOTERO_URL``.

    It raises `SettingsError` if that address is not valid.
    """

    async def send(items: Sequence[Mapping[str, Any]]) -> None:
        address = environ.get(_VARIABLE, "").strip()
        await push(items, endpoint_address(address, _VARIABLE) if address else _ADDRESS)

    return send


async def push(items: Sequence[Mapping[str, Any]], address: str = _ADDRESS) -> None:
    """Send `items` to Zotero in one transfer; Zotero saves them in the collection selected there.

    Raises:
        SourceError: Zotero is not running, or refuses the items.
    """
    import httpx  # noqa: PLC0415 - slow to import

    from papertui.sources.http import USER_AGENT  # noqa: PLC0415 - imports httpx

    transfer = {"sessionID": secrets.token_hex(8), "uri": "https://arxiv.org/", "items": list(items)}
    body = json.dumps(transfer, ensure_ascii=False).encode("utf-8", "replace")
    url = f"{address}/connector/saveItems"
    # A proxy is wrong between two programs on the same machine.
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(60.0, connect=5.0),
        trust_env=False,
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT, **_HEADERS},
    ) as client:
        try:
            status = await _status(client, url, body)
        except httpx.TimeoutException as error:
            raise SourceError("Zotero did not respond in time; check Zotero, then try again.") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise SourceError("Zotero is not running on this machine; start it, then try again.") from error
    if status != HTTPStatus.CREATED:
        raise SourceError(_refusal(status))


async def _status(client: httpx.AsyncClient, url: str, body: bytes) -> int:
    """Send the request and return the status; reads no more of the response than Zotero would send."""
    async with client.stream("POST", url, content=body, headers={"Content-Type": "application/json"}) as response:
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > _LARGEST:
                raise SourceError(f"The program at {url} is not Zotero.")
        return response.status_code


def _refusal(status: int) -> str:
    if status == HTTPStatus.FORBIDDEN:
        return "Zotero does not accept items from other programs; allow it in Zotero's settings, under Advanced."
    if status == HTTPStatus.CONFLICT:
        return "Zotero is busy with another transfer; try again in a moment."
    return f"Zotero refused the items (status {status}); check that the selected collection can be changed."
