"""Where the PDF of a paper lies: on arXiv, or at the address its source gave with it."""

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
    """PDFs, as a `papertui.sources.PdfSource`."""

    def __init__(self, download: Download, *, site: str = SITE, lane: Lane | None = None) -> None:
        """Makes the source.

        Args:
            download: brings them.
            site: the base address of arXiv's pages (``PAPERTUI_ARXIV_SITE_URL``).
            lane: the way to arXiv that all its readers share: a PDF is one of its requests like any other.

        Raises:
            SettingsError: the address cannot be used.
        """
        self._download = download
        self._site = endpoint_address(site, "PAPERTUI_ARXIV_SITE_URL")
        self._arxiv = Errand(_ARXIV, hosts=("arxiv.org",), lane=lane)

    async def pdf(self, id_: str, address: str | None, part: Part, told: Told) -> None:
        """Brings the PDF of a paper into `part`: see `papertui.sources.PdfSource`."""
        await self._download.fetch(self.order(id_, address), part, told)

    def order(self, id_: str, address: str | None) -> Order:
        """Whom to ask, and for what.

        Raises:
            PaperNotFoundError: nobody knows where the PDF lies.
            SourceError: it lies where papertui does not go.
        """
        what = f"the PDF of {id_}"
        if is_arxiv(id_):
            return Order(f"{self._site}/pdf/{quote(id_, safe='/')}", self._arxiv, what)
        if not address:
            raise PaperNotFoundError(f"Nobody told where {what} lies; “papertui open {id_}” shows its page.")
        host = _host(address)
        if not host or (_is_private(host) and host != urlsplit(self._site).hostname):
            # A feed from anywhere must not make us ask what only this machine or its network can reach.
            raise SourceError(f"The address told for {what} is none on the public web, and was not asked.")
        return Order(address, Errand(host), what)


def _host(address: str) -> str:
    """The host of a web address, empty when it is none."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it is what checks it
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
        # 2130706433, 0x7f.1 and 127.1 are addresses, too, for those who look hosts up.
        return host.rpartition(".")[2][:1].isdigit()
