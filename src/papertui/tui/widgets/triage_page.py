"""The page of the triage: one paper in a large measure, or what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.model.paper import Paper
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.paper_text import Block, PaperExtras, folded_authors
from papertui.tui.widgets.preview import Preview

_GAP = Block("text", "")
#: Most lines above a page that does not fill the screen, so that the eye finds each title at the same place.
_MOST_ABOVE = 5
#: A page with fewer lines is low.
_LOW = 20


class TriagePage(Preview):
    """The text of the preview, centred, with space around the title."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.set_reactive(Preview.centered, True)  # noqa: FBT003 - a value
        self._decision = ""
        self._end: tuple[Block, ...] = ()

    def show_paper(self, paper: Paper, extras: PaperExtras, highlight: Highlight | None, decision: str) -> None:
        """Show a paper and, if it was decided about, what was decided."""
        self._decision, self._end = decision, ()
        self.show(paper, highlight=highlight, extras=extras)

    def show_end(self, blocks: Sequence[Block]) -> None:
        """Show what was decided, from the top unless it is shown already."""
        is_open, self._end = bool(self._end), tuple(blocks)
        if is_open:
            self._set_lines()
        else:
            self.show(None)

    def parts(self, measure: int) -> Sequence[Block]:
        if self._end:
            return self._end
        title, *rest = (self._shortened(block, measure) for block in super().parts(measure) or (_GAP,))
        return [title, *([Block("votes", self._decision)] if self._decision else []), _GAP, *rest]

    def _shortened(self, block: Block, measure: int) -> Block:
        """Leave out authors that need more than a line on a low screen, two on others: the summary matters more."""
        if block.role != "authors" or self._paper is None:
            return block
        lines = 1 if self.size.height < _LOW else 2
        return block._replace(text=folded_authors(self._paper.authors, measure, lines, self._glyphs.ellipsis))

    def _set_lines(self) -> None:
        super()._set_lines()
        height = self.scrollable_content_region.height
        self._lines.finish()
        if height > len(self._lines) > 0:
            above = min(_MOST_ABOVE, (height - len(self._lines)) // 3)
            self._lines.add_above(above)
