"""The section of the screen of the map."""

from __future__ import annotations

from papertui.model.format import day, grouped, level_bars, plural
from papertui.services.paper_map import FEWEST, Cluster, PaperMap
from papertui.tui.bar_sections import BarColumn, BarRow, BarSection
from papertui.tui.glyphs import Glyphs

#: Cells of a name, at least, before columns are dropped for it: two of its words.
_LEAST_LABEL = 34


def map_section(found: PaperMap, glyphs: Glyphs) -> BarSection:
    """Return the clusters of a map, the largest first."""
    title = _title(is_kept=found.is_kept)
    if not found.clusters:
        return BarSection(title, _too_few(found))
    columns = (
        BarColumn("by week", "bars", rank=5),
        BarColumn("7 days", "text", rank=3),
        *(() if found.is_kept else (BarColumn("change", "faint", rank=2), BarColumn("kept", "faint", rank=4))),
        BarColumn("papers", "text", rank=6),
        BarColumn("", "bars", rank=1, is_bar=True),
    )
    most = max(cluster.papers for cluster in found.clusters)
    rows = tuple(_row(found, cluster, most, glyphs) for cluster in found.clusters)
    return BarSection(title, _note(found), columns, rows, least_label=_LEAST_LABEL)


def waiting_section(*, is_kept: bool) -> BarSection:
    """Return what is shown while clusters are found."""
    return BarSection(
        _title(is_kept=is_kept), "Finding papers that are about the same. With many papers, this takes some seconds."
    )


def _title(*, is_kept: bool) -> str:
    return "Clusters of your library" if is_kept else "Clusters of everything stored"


def _row(found: PaperMap, cluster: Cluster, most: int, glyphs: Glyphs) -> BarRow:
    numbers = cluster.history if found.is_kept else cluster.shares(found.weeks)
    cells: tuple[str | float, ...] = (level_bars(numbers, glyphs.levels), grouped(cluster.history[-1]))
    if not found.is_kept:
        cells += (signed_percent(cluster.change), percent(cluster.kept, cluster.papers))
    return BarRow(cluster.name, (*cells, grouped(cluster.papers), cluster.papers / most), str(cluster.feed))


def _note(found: PaperMap) -> str:
    parts = [f"{plural(len(found.clusters), 'cluster')}, each named by the words that set it apart."]
    if found.last is not None:
        what = "the papers that you kept" if found.is_kept else "their share of all papers"
        weeks = plural(len(found.weeks), "week")
        parts.append(f"By week: {what}, in the {weeks} to {day(found.last, found.today)}.")
    if found.papers > found.placed:
        parts.append(f"{plural(found.papers - found.placed, 'paper')} with unknown words only: in no cluster.")
    return " ".join(parts)


def _too_few(found: PaperMap) -> str:
    verb = "is" if found.papers == 1 else "are"
    if found.is_kept:
        return f"A map of your library needs {FEWEST} bookmarks; there {verb} {grouped(found.papers)} so far."
    few = f"A map needs {FEWEST} stored papers; there {verb} {grouped(found.papers)} so far."
    return f"{few} papertui keeps every paper it fetches."


def percent(part: int, whole: int) -> str:
    """Format a share: ``4.1 %``; ``-`` for nothing."""
    return f"{100 * part / whole:.1f} %" if part else "-"


def signed_percent(change: float | None) -> str:
    """Format a change: ``+12 %``; empty if it is not known."""
    return "" if change is None else f"{round(100 * change):+} %"
