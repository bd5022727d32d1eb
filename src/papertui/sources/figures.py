"""The addresses of the figures in papers: only what belongs to a paper's page at its service is fetched."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

from papertui.errors import SourceError

#: The public sites, whose addresses texts from elsewhere give.
ARXIV = "https://arxiv.org"
AR5IV = "https://ar5iv.labs.arxiv.org"


def figure_address(site: str, id_: str, src: str, public: str) -> str:
    """Return the address of a figure of a paper.

    Args:
        site: where the service is; its pages are below ``/html/``.
        id_: the id of the paper.
        src: the address as in the page.
        public: the public address of the same service.

    Raises:
        SourceError: the figure is elsewhere.
    """
    site = site.rstrip("/")
    if src.startswith(f"{public}/"):
        src = site + src.removeprefix(public)
    try:
        address = urljoin(f"{site}/html/{quote(id_, safe='/')}", src.strip())
        parts = urlsplit(address)
    except ValueError as error:
        raise SourceError("The address of the picture is not valid.") from error
    if not parts.path.startswith(f"{urlsplit(site).path}/html/") or not address.startswith(f"{site}/html/"):
        raise SourceError(
            f"The picture at {parts.hostname} does not belong to the paper's page and was not downloaded."
        )
    return f"{parts.scheme}://{parts.netloc}{quote(parts.path, safe='/%@:+,;=()!$&*~')}"
