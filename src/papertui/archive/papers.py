"""Insert and update papers, and read the whole archive as one sequence."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from papertui.archive.accounts import BATCH, Account, accounts_of, are_any, drop, keep, quality, select, united
from papertui.archive.database import Database
from papertui.archive.file_rows import DOI, ID, TITLE_KEY, PackedRow, columns_of, file_papers
from papertui.archive.file_rows import INSERT as INSERT_FILE_ROW
from papertui.archive.history import observe
from papertui.archive.rows import (
    COLUMNS,
    INSERT,
    READ,
    UPDATE,
    StoredPaper,
    known_of,
    number,
    paper_of,
    stamps_of,
    written,
)
from papertui.model.changes import JoinedRecord
from papertui.model.identity import doi_of, is_made, old_title_id, title_id, title_number
from papertui.model.merge import account, merge
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.model.works import Facts, compare, distinct, has_title_of, works

# --- inserting ---------------------------------------------------------------------------------------

_STARTER = ("starter",)
_ANY_MADE = "SELECT 1 FROM {} WHERE (id >= 'doi:' AND id < 'doi;') OR (id >= 'title/' AND id < 'title0') LIMIT 1"
#: The place of the id in what `READ` selects.
_ID_READ = READ.split(", ").index("id")
#: How far records are followed that share a title or a DOI with one that shares one with a new record, and so on.
_FURTHEST = 4


class UpsertResult(NamedTuple):
    """The numbers of papers that were added, changed and unchanged, and the records that were joined."""

    added: int
    changed: int
    same: int
    joined: tuple[JoinedRecord, ...] = ()
    ids: tuple[str, ...] = ()  # of each given paper, as a record; see `PaperUpsert`


class PaperUpsert:
    """Merges papers into the table, within one transaction.

    A record is known by its id. Records with different ids become one paper if they are one work
    (`papertui.model.works`). The paper then has the best of their ids, the others lead to it, and what each record said
    is kept (`papertui.archive.accounts`). A DOI that different works share is the id of none of them.

    Args:
        connection: in a write transaction.
        at: when the papers were fetched, microseconds since 1970 UTC.
        origin: the import that they come with, which can be withdrawn; empty for sources.
    """

    def __init__(self, connection: sqlite3.Connection, at: int, origin: str = "") -> None:
        self._connection = connection
        self._at = at
        self._origin = origin
        self._last = self._next = connection.execute("SELECT last FROM totals").fetchone()[0]
        self._changed = self._same = self._merged = 0
        self._joined: list[JoinedRecord] = []
        self._has_accounts = bool(origin) or are_any(connection)
        #: The row of each given id, whatever the paper's id is now.
        self.rows: dict[str, int] = {}

    def take(self, papers: Sequence[Paper]) -> UpsertResult:
        """Merge `papers`; returns the numbers of added and changed ones."""
        records = self._with_own_ids(papers)
        for start in range(0, len(records), BATCH):
            self._take(records[start : start + BATCH])
        for paper, record in zip(papers, records, strict=True):
            self.rows.setdefault(paper.id, self.rows[record.id])
        return self._result(tuple(record.id for record in records))

    def take_rows(self, rows: Sequence[PackedRow]) -> UpsertResult:
        """Merge the papers of a large file, as `take` does; most are new, or were imported before."""
        for start in range(0, len(rows), BATCH):
            self._take_rows(rows[start : start + BATCH])
        return self._result(())

    def withdraw(self, origins: Collection[str], *, back: bool) -> UpsertResult:
        """Take what imports said out of the papers, or put it back. A paper that nothing else knows of goes with it."""
        connection = self._connection
        rows = [row for (row,) in select(connection, "DISTINCT paper", "origin", list(origins), table="accounts")]
        for start in range(0, len(rows), BATCH):
            before = {known.row: known for known in self._known("row", rows[start : start + BATCH])}
            if back:
                again = self._put_back(origins, rows[start : start + BATCH], before)
                involved, near = dict(before), [one.known.paper for one in again]
            else:
                again = []
                involved, near = self._taken_out(origins, before)
            now = dict(before)
            self._regroup((), now, involved, {}, before, again=again, near=near)
            self._write(before, now, forgets=not back)
        return self._result(())

    def _taken_out(
        self, origins: Collection[str], before: dict[int, StoredPaper]
    ) -> tuple[dict[int, StoredPaper], list[Paper]]:
        """Deactivate what imports said; returns the papers that something else is known of, and what was taken out."""
        connection = self._connection
        held = accounts_of(connection, list(before))
        listed = {row for (row,) in select(connection, "DISTINCT paper", "paper", list(held), table="feed_rows")}
        involved: dict[int, StoredPaper] = {}
        out: list[Paper] = []
        for row, accounts in held.items():
            left = [one for one in accounts if one.origin not in origins]
            if not left and row in listed:
                continue
            out += [one.known.paper for one in accounts if one.origin in origins]
            gone = [(one.id, one.origin) for one in accounts if one.origin in origins]
            connection.executemany("UPDATE accounts SET active = 0 WHERE id = ? AND origin = ?", gone)
            ids = sorted({id_ for id_, _ in gone} - {one.id for one in left})
            connection.executemany("DELETE FROM other_ids WHERE id = ?", [(id_,) for id_ in ids])
            if left:
                involved[row] = before[row]
            else:
                self._delete(before.pop(row))
        return involved, out

    def _delete(self, known: StoredPaper) -> None:
        self._merged += 1
        for table, column in (("votes", "paper"), ("other_ids", "paper"), ("papers", "row")):
            self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (known.row,))  # noqa: S608 - fixed names
        self._connection.execute("INSERT INTO changes (paper, gone) VALUES (?, ?)", (known.row, known.paper.id))

    def _put_back(
        self, origins: Collection[str], rows: Sequence[int], before: Mapping[int, StoredPaper]
    ) -> list[Account]:
        """Activate what imports said; returns the records whose papers went with it."""
        held = accounts_of(self._connection, list(before))
        keep(self._connection, [Account(known.paper.id, "", known) for row, known in before.items() if row not in held])
        pairs = [(row, origin) for row in rows for origin in origins]
        self._connection.executemany("UPDATE accounts SET active = 1 WHERE paper = ? AND origin = ?", pairs)
        back = accounts_of(self._connection, [row for row in rows if row not in before])
        return [one._replace(known=one.known._replace(row=0)) for accounts in back.values() for one in accounts]

    def separate(self, pairs: Sequence[tuple[Paper, Paper]]) -> UpsertResult:
        """Give the first paper of each pair its id for itself, and add the other one."""
        connection = self._connection
        for kept, _ in pairs:
            known = next(self._known("id", [kept.id]), None)
            if known is not None:
                connection.execute("DELETE FROM accounts WHERE paper = ?", (known.row,))
                connection.execute("DELETE FROM other_ids WHERE paper = ?", (known.row,))
                new = known._replace(account=account(kept, known.seen))
                self._write({known.row: known}, {known.row: new})
            elif self._led_to([kept.id]):
                connection.execute("DELETE FROM other_ids WHERE id = ?", (kept.id,))
                connection.execute("DELETE FROM accounts WHERE id = ?", (kept.id,))
                row = self._new_row()
                self._write({}, {row: StoredPaper(row, self._at, self._at, account(kept, self._at))})
        return self.take([other for _, other in pairs])

    def _result(self, ids: tuple[str, ...]) -> UpsertResult:
        added = self._next - self._last
        self._connection.execute("UPDATE totals SET papers = papers + ?, last = ?", (added - self._merged, self._next))
        return UpsertResult(max(0, added - self._merged), self._changed, self._same, tuple(self._joined), ids)

    def _take(self, batch: Sequence[Paper]) -> None:
        before = {known.row: known for known in self._known("id", [paper.id for paper in batch])}
        rows = {known.paper.id: row for row, known in before.items()}
        led = self._led_to([paper.id for paper in batch if paper.id not in rows])
        before |= {known.row: known for known in self._known("row", [row for row in led.values() if row not in before])}
        rows |= led
        links = Links(batch if self._may_be_alike(batch) else ())
        for known in self._sharing(links.titles, links.dois):
            before.setdefault(known.row, known)
        made_of_several = accounts_of(self._connection, list(before)) if self._has_accounts else {}
        for row, known in before.items():
            links.add(row, known.paper)
            rows.setdefault(known.paper.id, row)
        now = dict(before)
        linked: list[Paper] = []
        for paper in batch:
            known_row = rows.get(paper.id)
            if self._origin or known_row in made_of_several or links.leads_beyond(paper, known_row):
                linked.append(paper)
                continue
            new = StoredPaper(0, self._at, self._at, account(paper, self._at))
            if known_row is None:
                row = rows[paper.id] = self._new_row()
                now[row] = new._replace(row=row)
            else:
                now[known_row] = _one(now[known_row], new)
        if linked:
            own = {rows[paper.id] for paper in linked if paper.id in rows}
            shared = {row for paper in linked for row in links.rows(paper)}
            involved = {row: now[row] for row in sorted(own | shared) if row in now}
            self._regroup(linked, now, involved, rows, before)
        self._write(before, now)
        for paper in batch:
            row = self.rows[paper.id] = rows[paper.id]
            if paper.sources != _STARTER:
                votes = number(paper.upvotes), number(paper.comments), number(paper.stars)
                observe(self._connection, row, self._at, votes)

    def _take_rows(self, batch: Sequence[PackedRow]) -> None:
        by_id = {row[ID]: row for row in batch}
        if len(by_id) < len(batch):
            self._take(file_papers(batch))
            return
        stored: dict[str, tuple[Any, ...]] = {
            values[_ID_READ]: values for values in select(self._connection, READ, "id", list(by_id))
        }
        linked = self._linked(by_id, stored) if self._may_be_alike(()) else frozenset()
        new, seen_again, others = [], [], []
        for id_, row in by_id.items():
            known = stored.get(id_)
            if id_ in linked:
                continue
            if known is None:
                new.append((self._new_row(), self._at, *row))
                continue
            number, first_seen, seen, stamps, *facts = known
            if stamps is not None or first_seen > self._at or tuple(facts) != columns_of(row):
                others.append(row)
                continue
            self._same += 1
            if self._at > seen:
                seen_again.append((self._at, number))
        self._connection.executemany(INSERT_FILE_ROW, new)
        self._connection.executemany("UPDATE papers SET seen = ? WHERE row = ?", seen_again)
        others += [by_id[id_] for id_ in by_id if id_ in linked]
        if others:
            self._take(file_papers(others))

    def _linked(self, by_id: Mapping[str, PackedRow], stored: Mapping[str, tuple[Any, ...]]) -> Collection[str]:
        """Which of the papers share a title or a DOI with another one, or are made of several records."""
        having: dict[int | str, list[str]] = {}
        for id_, row in by_id.items():
            for key in (row[TITLE_KEY], doi_of(row[DOI]) if row[DOI] else None):
                if key is not None:
                    having.setdefault(key, []).append(id_)
        linked = {id_ for ids in having.values() if len(ids) > 1 for id_ in ids}
        titles = [key for key in having if isinstance(key, int)]
        dois = [key for key in having if isinstance(key, str)]
        for known in self._sharing(titles, dois):
            for key in _keys(known.paper):
                linked.update(id_ for id_ in having.get(key, ()) if id_ != known.paper.id)
        if self._has_accounts:
            rows = {values[0]: id_ for id_, values in stored.items()}
            linked.update(rows[row] for row in accounts_of(self._connection, list(rows)))
        return linked

    def _new_row(self) -> int:
        row: int = self._next + 1
        self._next = row
        return row

    # --- records -----------------------------------------------------------------------------------

    def _with_own_ids(self, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        """`papers`, in which works of different titles with one DOI have ids by their titles."""
        of_doi: dict[str, list[Facts]] = {}
        for paper in papers:
            if paper.id.startswith("doi:"):
                of_doi.setdefault(paper.id, []).append(Facts(paper))
        if not of_doi:
            return tuple(papers)
        held = {known.paper.id: Facts(known.paper) for known in self._known("id", list(of_doi))}
        shared = {id_: facts for id_, facts in of_doi.items() if id_ in held or distinct(facts)}
        return tuple(
            paper
            if paper.id not in shared or (paper.id in held and has_title_of(Facts(paper), held[paper.id]))
            else paper._replace(id=title_id(paper))
            for paper in papers
        )

    def _regroup(
        self,
        papers: Sequence[Paper],
        now: dict[int, StoredPaper],
        involved: dict[int, StoredPaper],
        rows: dict[str, int],
        before: dict[int, StoredPaper],
        *,
        again: Sequence[Account] = (),
        near: Sequence[Paper] = (),
    ) -> None:
        """Divide the records in `involved` rows, `papers` and `again` into works, and give each work one row.

        Rows that share something with `papers` or `near` are involved, too.
        """
        records = self._records([*papers, *near], now, involved, before)
        records |= {(one.id, one.origin): one for one in again}
        old = {key: one.known.row for key, one in records.items()}
        by_id: dict[str, list[Account]] = {}
        for one in records.values():
            by_id.setdefault(one.id, []).append(one)
        for paper in papers:
            key = paper.id, self._origin
            new = StoredPaper(0, self._at, self._at, account(paper, self._at))
            if self._origin and _says_nothing_new(new, by_id.get(paper.id, ())):
                continue
            known = records.get(key)
            records[key] = Account(*key, new if known is None else _one(known.known, new))
            by_id.setdefault(paper.id, []).append(records[key])
        ordered = [records[key] for key in sorted(records)]
        groups = [[ordered[place] for place in group] for group in works([one.facts for one in ordered])]
        owners = _owners(groups, involved)
        for group in groups:
            own = sorted((row for row, owner in owners.items() if owner is group), key=lambda row: now[row].paper.id)
            target = min(own, key=lambda row: quality(now[row].paper.id)) if own else self._new_row()
            made = united(group, target)
            self._note_joined(group, old, made)
            now[target] = made
            for row in own:
                if row != target:
                    del now[row]
                    self._absorb(row, made, before.pop(row, None))
                    rows.update({id_: target for id_, place in rows.items() if place == row})
            rows.update({one.id: target for one in group})
            self._keep_records(group, target, made)

    def _records(
        self,
        papers: Sequence[Paper],
        now: dict[int, StoredPaper],
        involved: dict[int, StoredPaper],
        before: dict[int, StoredPaper],
    ) -> dict[tuple[str, str], Account]:
        """The records of `involved` rows, to which those are added that share something with them."""
        records: dict[tuple[str, str], Account] = {}
        olds = [old_title_id(paper) for paper in papers if paper.id.startswith("title/")]
        more = dict(self._found(now, self._known("id", olds), before)) if olds else {}
        fresh = {**involved, **more}
        for _ in range(_FURTHEST):
            several = accounts_of(self._connection, list(fresh)) if self._has_accounts else {}
            for row, known in fresh.items():
                for one in several.get(row) or [Account(known.paper.id, "", known)]:
                    records[one.id, one.origin] = one
            involved |= fresh
            near = [
                one.known.paper for row, known in fresh.items() for one in several.get(row) or [Account("", "", known)]
            ]
            links = Links([*near, *(papers if fresh.keys() <= involved.keys() else ())])
            found = self._found(now, self._sharing(links.titles, links.dois), before)
            fresh = {row: known for row, known in found if row not in involved}
            if not fresh:
                break
        return records

    @staticmethod
    def _found(
        now: dict[int, StoredPaper], known: Iterable[StoredPaper], before: dict[int, StoredPaper]
    ) -> Iterator[tuple[int, StoredPaper]]:
        """Rows that were read, as they are now."""
        for one in known:
            if one.row not in now:
                now[one.row] = one
                before[one.row] = one
            yield one.row, now[one.row]

    def _note_joined(self, group: Sequence[Account], old: Mapping[tuple[str, str], int], made: StoredPaper) -> None:
        """Record which records of `group` were not together before."""
        parts: dict[object, list[Account]] = {}
        for one in group:
            row = old.get((one.id, one.origin), 0)
            parts.setdefault(row or one.id, []).append(one)
        ids = [{one.id for one in part} for part in parts.values()]
        if len(parts) < 2 or len(set.union(*ids)) < 2:  # noqa: PLR2004 - two make one
            return
        first = next(part for part in parts.values() if any(one.id == made.paper.id for one in part))
        for part in parts.values():
            if part is first or {one.id for one in part} <= {one.id for one in first}:
                continue
            one = part[0]
            why = max((compare(one.facts, other.facts) for other in group if other is not one), default=None)
            title = one.known.paper.title
            self._joined.append(JoinedRecord(one.id, title, made.paper.id, why.why if why else ""))

    def _keep_records(self, group: Sequence[Account], row: int, made: StoredPaper) -> None:
        """Store the records of a paper, unless it is a single one of the same id, and the ids that lead to it."""
        connection = self._connection
        accounts = [one._replace(known=one.known._replace(row=row)) for one in group]
        if len(group) == 1 and not group[0].origin:
            drop(connection, accounts)
        else:
            keep(connection, accounts)
        connection.execute("DELETE FROM other_ids WHERE id = ?", (made.paper.id,))
        connection.executemany(
            "INSERT OR REPLACE INTO other_ids VALUES (?, ?)",
            [(id_, row) for id_ in sorted({one.id for one in group} - {made.paper.id})],
        )

    # --- writing -----------------------------------------------------------------------------------

    def _write(
        self, before: Mapping[int, StoredPaper], now: Mapping[int, StoredPaper], *, forgets: bool = False
    ) -> None:
        """Write what is new. Most responses bring nothing new, and then only the times are updated.

        `forgets` says that the former ids of papers were those of withdrawn records, and lead nowhere now.
        """
        connection = self._connection
        touched = [(was, now[row]) for row, was in before.items() if now[row] != was]
        changed = [known for was, known in touched if known.paper != was.paper or known.first_seen != was.first_seen]
        self._changed += len(changed)
        self._same += len(before) - len(changed)
        merged_ids = {known.row: was.paper.id for was, known in touched if known.paper.id != was.paper.id}
        taken = {known.paper.id for known in now.values()}
        for row, old in merged_ids.items():
            if not forgets and old not in taken:
                self._rename(old, now[row])
        # An id may pass from one row to another.
        passed = [(row,) for row in merged_ids if now[row].paper.id in merged_ids.values()]
        connection.executemany("UPDATE papers SET id = 'row ' || row WHERE row = ?", passed)
        connection.executemany(INSERT, [written(known) for row, known in now.items() if row not in before])
        connection.executemany(UPDATE, [written(known) for known in changed])
        seen_again = [(known.seen, stamps_of(known), known.row) for _, known in touched if known not in changed]
        connection.executemany("UPDATE papers SET seen = ?, told = ? WHERE row = ?", seen_again)
        notes = [(known.row, merged_ids.get(known.row)) for known in changed]
        connection.executemany("INSERT INTO changes (paper, gone) VALUES (?, ?)", notes)

    def _rename(self, old: str, known: StoredPaper) -> None:
        """Give a paper a better id; the old one leads to it, and its marks and text follow."""
        self._connection.execute("INSERT OR REPLACE INTO other_ids VALUES (?, ?)", (old, known.row))
        self._connection.execute("DELETE FROM other_ids WHERE id = ?", (known.paper.id,))
        for table in ("read_marks", "texts"):
            self._connection.execute(
                f"UPDATE OR IGNORE {table} SET id = ? WHERE id = ?",  # noqa: S608 - fixed names
                (known.paper.id, old),
            )
            self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (old,))  # noqa: S608 - as above

    def _absorb(self, row: int, into: StoredPaper, was: StoredPaper | None) -> None:
        """Delete a row whose paper is the same as that of another row."""
        self._merged += 1
        self.rows = {id_: into.row if place == row else place for id_, place in self.rows.items()}
        if was is None:  # from this batch, not written yet
            return
        connection = self._connection
        twice = "DELETE FROM feed_rows WHERE paper = ? AND feed IN (SELECT feed FROM feed_rows WHERE paper = ?)"
        connection.execute(twice, (row, into.row))
        for table in ("feed_rows", "votes", "other_ids", "accounts"):
            connection.execute(f"UPDATE OR IGNORE {table} SET paper = ? WHERE paper = ?", (into.row, row))  # noqa: S608
        connection.execute("DELETE FROM votes WHERE paper = ?", (row,))
        connection.execute("DELETE FROM papers WHERE row = ?", (row,))
        connection.execute("INSERT INTO changes (paper, gone) VALUES (?, ?)", (row, was.paper.id))
        if was.paper.id != into.paper.id:
            self._rename(was.paper.id, into)

    # --- lookups -----------------------------------------------------------------------------------

    def _known(self, column: str, values: Sequence[Any]) -> Iterator[StoredPaper]:
        return map(known_of, select(self._connection, READ, column, values))

    def _led_to(self, ids: Sequence[str]) -> dict[str, int]:
        """The rows that old ids lead to."""
        if not any(map(is_made, ids)):  # only generated ids are ever replaced by better ones
            return {}
        return dict(select(self._connection, "id, paper", "id", ids, table="other_ids"))

    def _may_be_alike(self, batch: Sequence[Paper]) -> bool:
        tables = ("papers", "accounts") if self._has_accounts else ("papers",)
        return any(is_made(paper.id) for paper in batch) or any(
            self._connection.execute(_ANY_MADE.format(table)).fetchone() is not None for table in tables
        )

    def _sharing(self, titles: Sequence[int], dois: Sequence[str]) -> Iterator[StoredPaper]:
        """The rows that have one of these titles, by their keys, or one of these DOIs."""
        yield from self._known("title_key", titles)
        yield from self._known("lower(doi)", dois)
        if self._has_accounts:
            for key, values in (("title_key", titles), ("doi", dois)):
                found = select(self._connection, "paper", f"active = 1 AND {key}", values, table="accounts")
                yield from self._known("row", [row for (row,) in found])


class Links:
    """The papers and rows that share a title or a DOI."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        #: The ids that have each title and each DOI.
        self._ids: dict[int | str, set[str]] = {}
        for paper in papers:
            for key in _keys(paper):
                self._ids.setdefault(key, set()).add(paper.id)
        #: Titles and DOIs to look up.
        self.titles = [key for key in self._ids if isinstance(key, int)]
        self.dois = [key for key in self._ids if isinstance(key, str)]
        self._rows: dict[int | str, set[int]] = {}

    def add(self, row: int, paper: Paper) -> None:
        """Record the title and the DOI of the paper in `row`."""
        if self._ids:
            for key in _keys(paper):
                self._rows.setdefault(key, set()).add(row)

    def rows(self, paper: Paper) -> set[int]:
        """The rows that share something with `paper`."""
        if not self._ids:
            return set()
        return {row for key in _keys(paper) for row in self._rows.get(key, ())}

    def leads_beyond(self, paper: Paper, row: int | None) -> bool:
        """Whether `paper`, whose row is `row`, shares something with another paper, or may do so by an older id."""
        if not self._ids:
            return False
        if is_made(paper.id):
            return True
        return any(
            len(self._ids.get(key, ())) > 1 or any(other != row for other in self._rows.get(key, ()))
            for key in _keys(paper)
        )


def _keys(paper: Paper) -> Iterator[int | str]:
    key = title_number(paper.title)
    if key is not None:
        yield key
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is not None:
        yield doi


def _one(known: StoredPaper, other: StoredPaper) -> StoredPaper:
    """Two records of one id merged, in the row of the first."""
    both = merge(known.account, other.account)
    return StoredPaper(known.row, min(known.first_seen, other.first_seen), max(known.seen, other.seen), both)


def _says_nothing_new(new: StoredPaper, known: Iterable[Account]) -> bool:
    """Whether an import repeats what is known of a record: then withdrawing it must change nothing."""
    return any(merge(one.known.account, new.account).paper == one.known.paper for one in known)


def _owners(groups: Sequence[list[Account]], involved: Mapping[int, StoredPaper]) -> dict[int, list[Account]]:
    """The work that each row stays with: that of the record whose id it has."""
    owners: dict[int, list[Account]] = {}
    for group in groups:
        for one in group:
            row = one.known.row
            if row in involved and (row not in owners or one.id == involved[row].paper.id):
                owners[row] = group
    return owners


# --- reading the whole archive -----------------------------------------------------------------------

_PAGE = 64
#: Pages kept in memory: about 4,000 papers, some 10 MB.
_PAGES_KEPT = 64
#: Row numbers in one statement.
_BATCH = 500
_COLUMNS = ", ".join(COLUMNS)
#: The ORDER BY clause of each order, forward and backward. All but titles have an index.
SQL_ORDERS: Mapping[Order, tuple[str, str]] = {
    Order.NEWEST: ("moment DESC, id DESC", "moment, id"),
    Order.VOTES: ("upvotes DESC, moment DESC, id DESC", "upvotes, moment, id"),
    Order.STARS: ("stars DESC, moment DESC, id DESC", "stars, moment, id"),
    Order.TITLE: ("title COLLATE NOCASE, id", "title COLLATE NOCASE DESC, id DESC"),
}
#: Stands for a paper that was removed meanwhile.
GONE = Paper(id="", title="This paper is no longer in the archive.")


class ArchiveView(Sequence[Paper]):
    """The papers in the archive when this was created, in one order; papers added later are left out.

    Reading raises `StoreError` when the archive cannot be read. If the archive is deleted meanwhile, a paper without
    an id takes the place of each missing one.

    Args:
        database: the archive's file.
        order: one of `SQL_ORDERS`. By votes or stars, the newest of equals comes first, papers without any at the end.
        length: the number of papers.
        last: the greatest row number among them.
    """

    def __init__(self, database: Database, order: Order, length: int, last: int) -> None:
        self._database = database
        self._forward, self._backward = SQL_ORDERS[order]
        #: Titles have no index, which would slow down large imports, so that order is always loaded in full.
        self._whole = order is Order.TITLE
        self._length = length
        self._last = last
        self._rows: array[int] | None = None
        self._pages: dict[int, tuple[Paper, ...]] = {}

    def load_order(self) -> None:
        """Read the order of all rows, 8 bytes each, so that every page is equally fast to reach afterwards.

        Takes about a second for millions of papers; call it outside the event loop.
        """
        if self._rows is None:
            self._rows = self._database.read(self._read_order)
            self._pages.clear()

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, key: int) -> Paper: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Paper]: ...
    def __getitem__(self, key: int | slice) -> Paper | Sequence[Paper]:
        if isinstance(key, int):
            index = key + self._length if key < 0 else key
            if not 0 <= index < self._length:
                raise IndexError(key)
            return self._page(index // _PAGE)[index % _PAGE]
        places = range(*key.indices(self._length))
        if places.step == 1 and len(places) > 4 * _PAGE:
            return self._span(places.start, places.stop)
        return tuple(self._page(place // _PAGE)[place % _PAGE] for place in places)

    def __iter__(self) -> Iterator[Paper]:
        if self._length > 4 * _PAGE:
            self.load_order()
        for start in range(0, self._length, _BATCH):
            yield from self._span(start, min(start + _BATCH, self._length))

    def _page(self, number: int) -> tuple[Paper, ...]:
        page = self._pages.pop(number, None)
        if page is None:
            start = number * _PAGE
            page = self._span(start, min(start + _PAGE, self._length))
        self._pages[number] = page
        while len(self._pages) > _PAGES_KEPT:
            # The least recently used page comes first.
            self._pages.pop(next(iter(self._pages)), None)
        return page

    def _span(self, start: int, stop: int) -> tuple[Paper, ...]:
        if self._whole:
            self.load_order()

        def read(connection: sqlite3.Connection) -> tuple[Paper, ...]:
            rows = self._rows[start:stop] if self._rows is not None else self._read_rows(connection, start, stop)
            by_row: dict[int, Paper] = {}
            for first in range(0, len(rows), _BATCH):
                batch = rows[first : first + _BATCH]
                marks = ",".join("?" * len(batch))
                select = f"SELECT row, {_COLUMNS} FROM papers WHERE row IN ({marks})"  # noqa: S608
                for row, *values in connection.execute(select, tuple(batch)):
                    by_row[row] = paper_of(values)
            papers = tuple(by_row.get(row, GONE) for row in rows)
            return papers + (GONE,) * (stop - start - len(papers))

        return self._database.read(read)

    def _read_rows(self, connection: sqlite3.Connection, start: int, stop: int) -> array[int]:
        # SQLite steps over every skipped row, so start from the nearer end. The plus sign keeps SQLite from
        # choosing the table instead of the index.
        backward = start > self._length // 2
        order = self._backward if backward else self._forward
        skip = self._length - stop if backward else start
        select = f"SELECT row FROM papers WHERE +row <= ? ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        rows = [row for (row,) in connection.execute(select, (self._last, stop - start, skip))]
        return array("q", reversed(rows) if backward else rows)

    def _read_order(self, connection: sqlite3.Connection) -> array[int]:
        rows = array("q")
        select = f"SELECT row FROM papers WHERE +row <= ? ORDER BY {self._forward} LIMIT ?"  # noqa: S608
        cursor = connection.execute(select, (self._last, self._length))
        while batch := cursor.fetchmany(10_000):
            rows.extend(row for (row,) in batch)
        return rows
