"""One line for all of an import: the papers read, those indexed, the rate and the time left."""

from __future__ import annotations

from papertui.cli.output import ProgressLine, duration
from papertui.model.format import grouped

#: How long the index of the papers of a file takes, beside reading them.
_INDEXING = 1.0


class ImportLine(ProgressLine):
    """The progress of an import on stderr."""

    def __init__(self) -> None:
        super().__init__("")
        self._read = 0
        self._began_indexing: float | None = None
        self._indexed_before = 0  # by an interrupted attempt

    def reading(self, done: int, size: int, papers: int) -> None:
        """Show that `papers` papers have been read.

        Args:
            done: the bytes read.
            size: the bytes of the file; 0 if unknown.
            papers: the papers of this file and those before.
        """
        self._read = papers
        if not self.is_due():
            return
        elapsed = self.elapsed()
        text = f"{grouped(papers)} papers read"
        if size and done:
            share = done / size
            left = elapsed / share * (1 - share + _INDEXING)
            text += f" ({share:.0%}), then indexed, {papers / elapsed:,.0f} a second, {duration(left)} left"
        else:
            text += f", {papers / elapsed:,.0f} a second"
        self.show(text)

    def indexing(self, done: int, total: int) -> None:
        """Show that `done` of `total` papers are indexed."""
        now = self.elapsed()
        if self._began_indexing is None:
            self._began_indexing, self._indexed_before = now, done
        if not self.is_due():
            return
        text = f"{grouped(self._read)} papers read, {grouped(done)} of {grouped(total)} indexed"
        elapsed, indexed = now - self._began_indexing, done - self._indexed_before
        if indexed > 0 and elapsed > 0 and done < total:
            rate = indexed / elapsed
            text += f", {rate:,.0f} a second, {duration((total - done) / rate)} left"
        elif done >= total:
            text += ", joining the parts"
        self.show(text)
