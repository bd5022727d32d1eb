"""Zotero on this machine, which takes items as it takes them from browsers.

The protocol is that of Zotero's connector: `POST /connector/saveItems` with the items and a word that names the
transfer. https://www.zotero.org/support/dev/client_coding/connector_http_server
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from papertui.errors import SourceError
from papertui.sources.http import USER_AGENT

ADDRESS = "http://127.0.0.1:23119"
#: Zotero answers one transfer at a time, and takes its time over each item.
_AT_ONCE = 50
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_MOST = 1 << 16
_CREATED, _FORBIDDEN, _EXISTS = 201, 403, 409
_HEADERS = {"User-Agent": USER_AGENT, "X-Zotero-Connector-API-Version": "3", "Accept-Encoding": "identity"}


async def push(items: Sequence[Mapping[str, Any]], address: str = ADDRESS) -> int:
    """Gives `items` to Zotero, which keeps them in the collection that is open there; returns how many.

    Raises:
        SourceError: Zotero does not run, or does not take them. Those that it took before stay there.
    """
    done = 0
    # A proxy has no business between two programs of one machine.
    async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False, follow_redirects=False, headers=_HEADERS) as client:
        await _ask(client, f"{address}/connector/ping", {}, done)
        for start in range(0, len(items), _AT_ONCE):
            some = items[start : start + _AT_ONCE]
            told = {"sessionID": secrets.token_hex(8), "uri": "https://arxiv.org/", "items": list(some)}
            status = await _ask(client, f"{address}/connector/saveItems", told, done)
            if status != _CREATED:
                raise SourceError(_refusal(status, done))
            done += len(some)
    return done


async def _ask(client: httpx.AsyncClient, url: str, value: Mapping[str, Any], done: int) -> int:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    try:
        async with client.stream("POST", url, content=body, headers={"Content-Type": "application/json"}) as answer:
            read = 0
            async for piece in answer.aiter_raw():
                read += len(piece)
                if read > _MOST:
                    raise SourceError(f"What answers at {url} is not Zotero.{_taken(done)}")
            return answer.status_code
    except httpx.TimeoutException as error:
        raise SourceError(
            f"Zotero did not answer in time; see whether it waits for you, then try again.{_taken(done)}"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError(f"Zotero does not run on this machine; start it, then try again.{_taken(done)}") from error


def _refusal(status: int, done: int) -> str:
    if status == _FORBIDDEN:
        why = "Zotero takes nothing from other programs; allow it in its settings, under Advanced"
    elif status == _EXISTS:
        why = "Zotero is busy with another transfer; try again"
    else:
        why = f"Zotero took no items (status {status}); see whether the collection that is open there can be changed"
    return f"{why}.{_taken(done)}"


def _taken(done: int) -> str:
    return f" It has taken {done} papers." if done else ""
