"""The address of a paper's PDF: on arXiv, or the address its source gave."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from papertui.core.identity import is_arxiv
from papertui.errors import PaperNotFoundError, SourceError
from papertui.sources import Part
from papertui.sources.address import endpoint_address
from papertui.sources.download import Download, Order, Told
from papertui.sources.errand import Errand
from papertui.sources.pacing import Lane

SITE = "https://arxiv.org"
_ARXIV = "arXiv"


class Pdfs:
    """Downloads the PDFs of papers; implements `papertui.sources.PdfSource`."""

    def __init__(self, download: Download, *, site: str = SITE, lane: Lane | None = None) -> None:
        """Create the source.

        Args:
            download: downloads files.
            site: the base address of arXiv's pages (``PAPERTUI_ARXIV_SITE_URL``).
            lane: the rate limiter shared by all clients of arXiv: a PDF counts as a request.

        Raises:
            SettingsError: the address is not valid.
        """
        self._download = download
        self._site = endpoint_address(site, "PAPERTUI_ARXIV_SITE_URL")
        self._arxiv = Errand(_ARXIV, hosts=("arxiv.org",), lane=lane)

    async def pdf(self, id_: str, address: str | None, part: Part, told: Told) -> None:
        """Download the PDF of a paper into `part`: see `papertui.sources.PdfSource`."""
        await self._download.fetch(self.order(id_, address), part, told)

    def order(self, id_: str, address: str | None) -> Order:
        """Return the download for a paper.

        Raises:
            PaperNotFoundError: no PDF address is known.
            SourceError: the address is not one that papertui visits.
        """
        what = f"the PDF of {id_}"
        if is_arxiv(id_):
            return Order(f"{self._site}/pdf/{quote(id_, safe='/')}", self._arxiv, what)
        if not address:
            raise PaperNotFoundError(f"No address is known for {what}; “papertui open {id_}” opens its page.")
        host = _host(address)
        if not host or (_is_private(host) and host != urlsplit(self._site).hostname):
            # A feed must not make us request what only this machine or its network can reach.
            raise SourceError(f"The address given for {what} is not on the public web and was not visited.")
        return Order(address, Errand(host), what)


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
