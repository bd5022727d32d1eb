"""The export formats."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from papertui.citations.export import ExistingEntry, ExportFormats
from papertui.citations.model import CitedPaper, ExportOptions, Format
from papertui.model.paper import Paper


class _Forms:
    """The export formats; each loads what it needs at its first use."""

    def written(self, cited: Sequence[CitedPaper], form: Format, choices: ExportOptions) -> str:
        from papertui.citations.formats import render  # noqa: PLC0415 - brings pylatexenc and rispy with it

        return render(cited, form, choices)

    def keys(self, papers: Iterable[Paper]) -> Mapping[str, str]:
        from papertui.citations.keys import keys_of  # noqa: PLC0415 - compiles patterns

        return keys_of(papers)

    def free_key(self, key: str, taken: Container[str]) -> str:
        from papertui.citations.keys import free_key  # noqa: PLC0415 - as above

        return free_key(key, taken)

    def there(self, bibliography: str) -> ExistingEntry:
        from papertui.importers.bibtex import existing_entries  # noqa: PLC0415 - brings bibtexparser with it

        return existing_entries(bibliography)

    def leaf(self, cited: CitedPaper, there: str | None) -> str | None:
        from papertui.citations.obsidian import obsidian_note  # noqa: PLC0415 - needed only for exports

        return obsidian_note(cited, there)

    def leaf_name(self, id_: str) -> str:
        from papertui.citations.obsidian import obsidian_name  # noqa: PLC0415 - as above

        return obsidian_name(id_)

    def zotero_item(self, cited: CitedPaper) -> Mapping[str, Any]:
        from papertui.citations.formats import zotero_item  # noqa: PLC0415 - as above

        return zotero_item(cited)


def forms() -> ExportFormats:
    return _Forms()
