"""Download PDFs in chunks, resuming where an earlier try ended.

``Range`` requests the rest, and ``If-Range`` makes the service send the whole file if it has changed meanwhile
(RFC 9110, 13.1.5 and 14.2, https://www.rfc-editor.org/rfc/rfc9110#name-range). If the service supports neither, the
download starts over.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.identity import is_arxiv
from papertui.sources.endpoint import endpoint_address
from papertui.sources.http import HttpClient, RequestOptions, ResponseStream, TransferLimits
from papertui.sources.http_errors import RequestFailedError, requested_wait, status_error
from papertui.sources.rate_limit import RateLimiter

if TYPE_CHECKING:
    from papertui.archive.pdf_files import PdfPart

#: The limits of a download: 30 s without progress, 300 MB (the largest papers on arXiv have about 100 MB).
LIMITS = TransferLimits(connect=10.0, read=30.0, total=30.0, body=300 * 2**20, backoff=1.0)
#: Seconds for the whole download; a later download resumes it.
_LONGEST = 3600.0
#: Bytes that count as progress.
_STEP = 64 * 2**10
#: Bytes written to the disk at a time.
_CHUNK = 256 * 2**10
_BEGIN = b"%PDF-"
_MISSING = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_CLOSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN})
#: Never a PDF, whatever it begins with. Services are careless about all other types, so the bytes decide.
_PAGES = re.compile(r"\s*(?:text/html|application/xhtml\+xml)", re.IGNORECASE)
#: A strong validator: weak ones begin with ``W/``. https://www.rfc-editor.org/rfc/rfc9110#name-etag
_ETAG = re.compile(r'"[\x21\x23-\x7e]{0,200}"')
_SETTLED = timedelta(minutes=1)
#: ``Content-Range: bytes 1000-1999/2000``
_RANGE = re.compile(r"\s*bytes\s+(\d{1,15})-(\d{1,15})/(\d{1,15}|\*)\s*", re.IGNORECASE | re.ASCII)

#: Called with the bytes downloaded and the bytes in all, 0 if the service does not say.
Progress = Callable[[int, int], None]


class DownloadRequest(NamedTuple):
    """A file to download."""

    #: Anything in it that comes from outside is already validated and quoted.
    url: str
    options: RequestOptions
    #: The name of the file in messages: ``the PDF of 2604.26951``.
    what: str

    @property
    def service(self) -> str:
        """The name of the service."""
        return self.options.service


class _BusyError(RequestFailedError):
    """The service cannot respond now; `wait` is how many seconds it asks us to wait."""

    def __init__(self, sentence: str, wait: float | None) -> None:
        super().__init__(sentence, again=True)
        self.wait = wait or 0.0


class Download:
    """Downloads PDFs. Every failure is a `SourceError` with a sentence for the user.

    Args:
        client: sends the requests.
        limits: the limits of a download; ``total`` is the time without progress.
        sleep: waits for some seconds.
        chance: a random number from 0 to 1, so that many clients do not retry at once.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        limits: TransferLimits = LIMITS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._limits = limits
        self._sleep = sleep
        self._chance = chance

    async def fetch(self, request: DownloadRequest, part: PdfPart, progress: Progress) -> None:
        """Download the file of a request into `part`, completely on return.

        Args:
            request: the file to download.
            part: the bytes downloaded so far; receives the rest.
            progress: receives the progress.

        Raises:
            PaperNotFoundError: the address has no file.
            SourceError: it cannot be downloaded, or is not a PDF; the bytes of a PDF are kept for the next try.
            StoreError: it cannot be written.
        """
        loop = asyncio.get_running_loop()
        latest = loop.time() + _LONGEST
        failures, best = 0, part.size
        while True:
            try:
                async with asyncio.timeout(self._limits.total) as limit:
                    await self._try(request, part, progress, limit)
                    return
            except RequestFailedError as problem:
                failure = problem
            except TimeoutError:
                failure = RequestFailedError(
                    f"{request.service} stopped sending {request.what}; try again in a moment.", again=True
                )
            # A service that breaks off repeatedly, but each time later, is done eventually.
            failures = 1 if part.size >= best + _STEP else failures + 1
            best = max(best, part.size)
            requested_wait = failure.wait if isinstance(failure, _BusyError) else 0.0
            pause = requested_wait + self._limits.backoff * 2 ** (failures - 1) * (1 + self._chance())
            spent = failures > self._limits.retries or loop.time() + pause > latest
            if not failure.again or spent or requested_wait > self._limits.patience:
                kept = (
                    " The downloaded part is saved; the next attempt resumes it." if part.size and failure.again else ""
                )
                raise SourceError(f"{failure.sentence}{kept}") from failure
            await self._sleep(pause)

    async def _try(self, request: DownloadRequest, part: PdfPart, progress: Progress, limit: asyncio.Timeout) -> None:
        ours = part.url == request.url and part.size > 0
        if ours and part.size == part.total:
            return  # complete: the process was killed right after the last byte
        conditions = {"Range": f"bytes={part.size}-", "If-Range": part.validator} if ours and part.validator else {}
        sent = {"Accept": "application/pdf, */*;q=0.5", "Accept-Encoding": "identity", **conditions}
        async with self._client.stream(request.url, request.options, sent, limit) as response:
            self._check_status(response, request)
            if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                raise RequestFailedError(
                    f"{request.service} sent {request.what} with an unexpected compression; try again later."
                )
            if response.status == HTTPStatus.OK:
                await asyncio.to_thread(
                    part.begin, request.url, validator_of(response.headers), _length(response.headers)
                )
            elif not conditions or not _goes_on(response, part):
                await asyncio.to_thread(part.begin, request.url, "", None)
                raise RequestFailedError(
                    f"{request.service} did not send the rest of {request.what}; try again later.", again=True
                )
            if _PAGES.match(response.headers.get("content-type", "")):
                raise await self._no_pdf(request, part)
            if (part.total or 0) > self._limits.body:
                raise await self._too_large(request, part)
            await self._take(response, request, part, progress, limit)
        if part.total is not None and part.size != part.total:
            raise RequestFailedError(
                f"{request.service} ended its response before the end of {request.what}; try again later.", again=True
            )

    async def _take(
        self,
        response: ResponseStream,
        request: DownloadRequest,
        part: PdfPart,
        progress: Progress,
        limit: asyncio.Timeout,
    ) -> None:
        """Read the body to its end, or as far as it comes."""
        loop = asyncio.get_running_loop()
        chunk, size, moved = bytearray(), part.size, 0
        progress(size, part.total or 0)
        try:
            async for piece in response.pieces:
                chunk += piece
                size += len(piece)
                moved += len(piece)
                if size > self._limits.body:
                    chunk.clear()
                    raise await self._too_large(request, part)
                if not part.size and chunk[: len(_BEGIN)] != _BEGIN[: len(chunk)]:
                    chunk.clear()
                    raise await self._no_pdf(request, part)
                if moved >= _STEP:
                    moved = 0
                    limit.reschedule(loop.time() + self._limits.total)
                    progress(size, part.total or 0)
                if len(chunk) >= _CHUNK:
                    await self._add(part, chunk)
        finally:
            await self._add(part, chunk)
            await asyncio.to_thread(part.settle)
        progress(part.size, part.size)

    async def _add(self, part: PdfPart, chunk: bytearray) -> None:
        data = bytes(chunk)
        chunk.clear()  # before writing: if that fails, the bytes are not written twice
        await asyncio.to_thread(part.add, data)

    def _check_status(self, response: ResponseStream, request: DownloadRequest) -> None:
        """Refuse a response without a PDF.

        Raises:
            PaperNotFoundError: there is no PDF.
            RequestFailedError: the service refuses, or has an error.
        """
        status = response.status
        if status in _MISSING:
            raise PaperNotFoundError(f"{request.service} does not have {request.what} (status {status}).")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait = requested_wait(response.headers, datetime.now(UTC))
            failure = status_error(status, request.service, wait)
            raise _BusyError(failure.sentence, wait) if failure.again else failure
        if status in _CLOSED:
            raise RequestFailedError(
                f"{request.service} does not provide {request.what} without a login (status {status}); open its page "
                "in a browser."
            )
        if status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}:
            raise RequestFailedError(
                f"{request.service} responded with status {status} when asked for {request.what}; try again later."
            )

    async def _no_pdf(self, request: DownloadRequest, part: PdfPart) -> RequestFailedError:
        await asyncio.to_thread(part.begin, request.url, "", None)
        return RequestFailedError(
            f"{request.service} sent something other than {request.what}, perhaps the login page of a network; open "
            "the paper's page in a browser."
        )

    async def _too_large(self, request: DownloadRequest, part: PdfPart) -> RequestFailedError:
        await asyncio.to_thread(part.begin, request.url, "", None)
        most = self._limits.body / 2**20
        return RequestFailedError(
            f"{request.service} has more than {most:.3g} MB as {request.what}, which was refused; download it in a "
            "browser."
        )


def _goes_on(response: ResponseStream, part: PdfPart) -> bool:
    """Whether a response is the rest that was requested: from the right byte, of the same file."""
    found = _RANGE.fullmatch(response.headers.get("content-range", ""))
    if response.status != HTTPStatus.PARTIAL_CONTENT or found is None or int(found[1]) != part.size:
        return False
    if found[3] != "*" and (int(found[2]) + 1 != int(found[3]) or part.total not in {None, int(found[3])}):
        return False
    etag = response.headers.get("etag", "")
    return not etag or not part.validator.startswith('"') or etag == part.validator


def validator_of(headers: Mapping[str, str]) -> str:
    """Return the value for ``If-Range``: a strong ``ETag``, else an old ``Last-Modified``; empty if there is neither.

    RFC 9110, 8.8.2.2: a file may change twice within the second that ``Last-Modified`` names.
    """
    etag = headers.get("etag", "").strip()
    if _ETAG.fullmatch(etag):
        return etag
    changed, date = headers.get("last-modified", "").strip(), headers.get("date", "").strip()
    try:
        age = parsedate_to_datetime(date) - parsedate_to_datetime(changed)
    except (ValueError, OverflowError, IndexError, TypeError):
        return ""
    return changed if age >= _SETTLED and changed.isascii() and changed.isprintable() else ""


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None  # noqa: PLR2004 - no such disks


class ArxivPdfs:
    """Downloads the PDFs of papers; implements `papertui.sources.source.PdfSource`."""

    def __init__(self, download: Download, *, site: str, limiter: RateLimiter | None = None) -> None:
        """Create the source.

        Args:
            download: downloads files.
            site: the base address of arXiv's pages (``PAPERTUI_ARXIV_SITE_URL``).
            limiter: the rate limiter shared by all clients of arXiv: a PDF counts as a request.

        Raises:
            SettingsError: the address is not valid.
        """
        self._download = download
        self._site = endpoint_address(site, "PAPERTUI_ARXIV_SITE_URL")
        self._arxiv = RequestOptions("arXiv", hosts=("arxiv.org",), limiter=limiter)

    async def pdf(self, id_: str, address: str | None, part: PdfPart, progress: Progress) -> None:
        """Download the PDF of a paper into `part`: see `papertui.sources.source.PdfSource`."""
        await self._download.fetch(self.request(id_, address), part, progress)

    def request(self, id_: str, address: str | None) -> DownloadRequest:
        """Return the download for a paper.

        Raises:
            PaperNotFoundError: no PDF address is known.
            SourceError: the address is not one that papertui visits.
        """
        what = f"the PDF of {id_}"
        if is_arxiv(id_):
            return DownloadRequest(f"{self._site}/pdf/{quote(id_, safe='/')}", self._arxiv, what)
        if not address:
            raise PaperNotFoundError(f"No address is known for {what}; “papertui open {id_}” opens its page.")
        host = _host(address)
        if not host or (_is_private(host) and host != urlsplit(self._site).hostname):
            # A feed must not make us request what only this machine or its network can reach.
            raise SourceError(f"The URL of {what} is not on the public web and was not visited.")
        return DownloadRequest(address, RequestOptions(host), what)


def _host(address: str) -> str:
    """Return the host of a web address, empty if it is not one."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading the port validates it
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not address.isprintable():
        return ""
    return parts.hostname or ""


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        # Resolvers also accept 2130706433, 0x7f.1 and 127.1 as addresses.
        return host.rpartition(".")[2][:1].isdigit()
