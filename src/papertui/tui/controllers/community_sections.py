"""The sections of the side pane about what readers of Hugging Face add to a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from papertui.model.community import REPO_KINDS, Comment, Repo, RepoKind, discussion_url, paper_page_url
from papertui.model.format import age, plural, plural_short
from papertui.model.paper import Paper
from papertui.tui.controllers.community_controller import CommunityController
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.side_sections import PaperSection, SideEntry, SideSection

_TITLES: dict[RepoKind, str] = {"model": "Models", "dataset": "Datasets", "space": "Spaces"}
#: Entries of one section, before the one that opens the page with all.
_MOST = 3
#: Letters of a comment: more than two lines of the pane.
_LETTERS = 200


class CommunitySections:
    """Makes them from what is known; nothing is fetched for them."""

    def __init__(
        self, context: ScreenContext, community: CommunityController, open_link: Callable[[str], None]
    ) -> None:
        self._context = context
        self._community = community
        self._open_link = open_link

    @property
    def all(self) -> tuple[PaperSection, ...]:
        """The sections from top to bottom."""
        return (self._comments, *(partial(self._repos, kind) for kind in REPO_KINDS))

    def _comments(self, paper: Paper) -> SideSection | None:
        known = self._community.known(paper)
        if known is None or not known.comments:
            return None
        url = discussion_url(paper.id)
        entries = [self._comment(comment, url) for comment in known.comments[:_MOST]]
        entries += self._more(len(known.comments), url)
        return SideSection("Comments", tuple(entries))

    def _comment(self, comment: Comment, url: str) -> SideEntry:
        text = " ".join(" ".join(part.text for part in comment.text.parts).split())[:_LETTERS]
        at = age(self._context.now() - comment.at) if comment.at is not None else ""
        return SideEntry(f"{text}\n{comment.author.name or comment.author.user}", partial(self._open_link, url), at)

    def _repos(self, kind: RepoKind, paper: Paper) -> SideSection | None:
        known = self._community.known(paper)
        found, total = known.of_kind(kind) if known is not None else ((), 0)
        if not total:
            return None
        entries = [SideEntry(repo.id, partial(self._open_link, repo.url), _use(repo)) for repo in found[:_MOST]]
        entries += self._more(total, paper_page_url(paper.id))
        return SideSection(_TITLES[kind], tuple(entries))

    def _more(self, total: int, url: str) -> Iterator[SideEntry]:
        if total > _MOST:
            words = f"{self._context.glyphs.ellipsis} {total - _MOST:,} more on Hugging Face"
            yield SideEntry(words, partial(self._open_link, url))


def _use(repo: Repo) -> str:
    if repo.downloads:
        return plural_short(repo.downloads, "download")
    return plural(repo.likes, "like") if repo.likes else ""
