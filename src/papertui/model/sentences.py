"""The sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: A sentence ends before a capital, a figure, a formula or a quotation mark; “et al. 2020” and “e.g. A” do not end one.
_END: Final = re.compile(
    r"(?<!\bal\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bFig\.)(?<!\bEq\.)(?<!\bSec\.)(?<=[.!?])\s+"
    r"(?=[A-Z0-9“\"‘(\[$\\])"
)
#: Shorter sentences, in letters, are parts of others, such as “Fig.”.
_SHORTEST: Final = 16


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence, without the blanks between them."""
    start = 0
    for gap in _END.finditer(text):
        if gap.start() - start >= _SHORTEST:
            yield start, gap.start()
            start = gap.end()
    if text[start:].strip():
        yield start, len(text.rstrip())
