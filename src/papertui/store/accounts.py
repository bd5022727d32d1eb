"""Papers as the archive stores them, with the source of each fact.

Most papers come from one source and equal its last response. Then ``told`` is empty, and the stamp follows from
``sources`` and ``seen``. Otherwise ``told`` is JSON: the stamp of most facts, and the stamps of the others by name.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from papertui.core.identity import title_number
from papertui.core.merge import Account, Stamp, account, rank
from papertui.core.paper import Paper
from papertui.store.database import MalformedError
from papertui.store.rows import COLUMNS, paper_of, row_of, sort_moment

#: The columns that `known_of` expects.
READ = f"row, first_seen, seen, told, {', '.join(COLUMNS)}"
_WRITTEN = ("first_seen", "seen", "moment", "told", "title_key", *COLUMNS)
INSERT = f"INSERT INTO papers ({', '.join(_WRITTEN)}, row) VALUES ({', '.join('?' * len(_WRITTEN))}, ?)"  # noqa: S608
UPDATE = f"UPDATE papers SET {', '.join(f'{name} = ?' for name in _WRITTEN)} WHERE row = ?"  # noqa: S608


class Known(NamedTuple):
    """A stored paper."""

    #: Its row number in the table.
    row: int
    #: The first and the last time that a source listed it, in microseconds since 1970 UTC.
    first_seen: int
    seen: int
    account: Account

    @property
    def paper(self) -> Paper:
        return self.account.paper


def known_of(values: tuple[Any, ...]) -> Known:
    """The paper in the columns `READ`.

    Raises:
        MalformedError: the row is damaged.
    """
    row, first_seen, seen, told, *facts = values
    paper = paper_of(facts)
    if told is None:
        return Known(row, first_seen, seen, account(paper, seen))
    try:
        shared, others = json.loads(told)
        stamps = {name: Stamp(*stamp) for name, stamp in others.items()}
        return Known(row, first_seen, seen, Account(paper, Stamp(*shared), stamps))
    except (TypeError, ValueError, AttributeError) as error:
        raise MalformedError(f"the row of {paper.id!r} is damaged") from error


def written(known: Known) -> tuple[Any, ...]:
    """The values for `INSERT` and `UPDATE`."""
    paper = known.paper
    return (
        known.first_seen,
        known.seen,
        sort_moment(paper, known.first_seen),
        told_of(known),
        title_number(paper.title),
        *row_of(paper),
        known.row,
    )


def told_of(known: Known) -> str | None:
    """The value of the column ``told``."""
    stamp, others = known.account.stamp, known.account.others
    if not others and stamp == (rank(known.paper.sources), known.seen):
        return None
    return json.dumps([stamp, others], separators=(",", ":"))
