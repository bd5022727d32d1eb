"""Papers as the archive keeps them: with where each of their facts comes from.

Most papers were told by one source, and are what it told last: then ``told`` is empty, and the stamp follows from
``sources`` and ``seen``. Else ``told`` is JSON: the stamp most facts share, and those of the others by name.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from papertui.core.identity import title_number
from papertui.core.merge import Account, Stamp, account, rank
from papertui.core.paper import Paper
from papertui.store.database import MalformedError
from papertui.store.rows import COLUMNS, paper_of, row_of, sort_moment

#: What `known_of` reads.
READ = f"row, first_seen, seen, told, {', '.join(COLUMNS)}"
_WRITTEN = ("first_seen", "seen", "moment", "told", "title_key", *COLUMNS)
INSERT = f"INSERT INTO papers ({', '.join(_WRITTEN)}, row) VALUES ({', '.join('?' * len(_WRITTEN))}, ?)"  # noqa: S608
UPDATE = f"UPDATE papers SET {', '.join(f'{name} = ?' for name in _WRITTEN)} WHERE row = ?"  # noqa: S608


class Known(NamedTuple):
    """What is known of one paper.

    Attributes:
        row: where it stands in the table.
        first_seen: when it was first told of, microseconds since 1970 UTC.
        seen: when it was last told of.
        account: what was told.
    """

    row: int
    first_seen: int
    seen: int
    account: Account

    @property
    def paper(self) -> Paper:
        """The facts."""
        return self.account.paper


def known_of(values: tuple[Any, ...]) -> Known:
    """What the columns `READ` hold.

    Raises:
        MalformedError: the row is broken.
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
        raise MalformedError(f"the row of {paper.id!r} is broken") from error


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
    """The value of ``told``."""
    stamp, others = known.account.stamp, known.account.others
    if not others and stamp == (rank(known.paper.sources), known.seen):
        return None
    return json.dumps([stamp, others], separators=(",", ":"))
