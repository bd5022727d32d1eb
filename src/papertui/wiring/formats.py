"""The export formats."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from papertui.core.citation import Choices, Cited, Format
from papertui.core.paper import Paper
from papertui.desk.exporting import Forms, There


class _Forms:
    """The export formats; each loads what it needs at its first use."""

    def written(self, cited: Sequence[Cited], form: Format, choices: Choices) -> str:
        from papertui.core.citation.forms import written  # noqa: PLC0415 - brings pylatexenc and rispy with it

        return written(cited, form, choices)

    def keys(self, papers: Iterable[Paper]) -> Mapping[str, str]:
        from papertui.core.citation.keys import keys_of  # noqa: PLC0415 - compiles patterns

        return keys_of(papers)

    def free_key(self, key: str, taken: Container[str]) -> str:
        from papertui.core.citation.keys import free_key  # noqa: PLC0415 - as above

        return free_key(key, taken)

    def there(self, bibliography: str) -> There:
        from papertui.sources.files.bibtex import what_is_there  # noqa: PLC0415 - brings bibtexparser with it

        return what_is_there(bibliography)

    def leaf(self, cited: Cited, there: str | None) -> str | None:
        from papertui.core.citation.leaf import leaf  # noqa: PLC0415 - needed only for exports

        return leaf(cited, there)

    def leaf_name(self, id_: str) -> str:
        from papertui.core.citation.leaf import leaf_name  # noqa: PLC0415 - as above

        return leaf_name(id_)

    def zotero_item(self, cited: Cited) -> Mapping[str, Any]:
        from papertui.core.citation.zotero import zotero_item  # noqa: PLC0415 - as above

        return zotero_item(cited)


def forms() -> Forms:
    return _Forms()
