"""The checks and repairs of the library for `papertui doctor`."""

from __future__ import annotations

import stat
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from papertui.core.paper import Paper
from papertui.core.wording import plural
from papertui.store.vault import Vault

#: Looks up papers by their ids in the archive.
Known = Callable[[Collection[str]], Mapping[str, Paper]]

_FILE, _FOLDER = 0o600, 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def problems(vault: Vault) -> tuple[str, ...]:
    """Problems of the files beside the bookmarks, one sentence each.

    Raises:
        StoreError: the files cannot be read.
    """
    held = vault.view().holding
    found = []
    if vault.is_missing():
        found.append("The bookmark file is missing, but there are backups of it. Restore one with --restore.")
    with vault.reading():
        if torn := vault.abstracts().damaged():
            found.append(f"{plural(torn, 'line')} in the file of abstracts cannot be read.")
        if held.head is not None and _gap(vault):
            found.append("The journal of changes has a gap. Changes before it cannot be undone.")
        if open_ := _open_to_others(vault):
            found.append(f"Others on this machine can read {', '.join(path.name for path in open_)}.")
    return tuple(found)


def repair(vault: Vault, known: Known) -> tuple[str, ...]:
    """Repair what can be repaired; returns what was done, one sentence each.

    Args:
        vault: the bookmarks.
        known: looks up lost abstracts.

    Raises:
        StoreError: the files cannot be read or written.
    """
    done = []
    with vault.locked() as held:
        if held.loose:
            vault.put(vault.bared(held))
            done.append(f"Moved {plural(len(held.loose), 'abstract')} out of the bookmark file.")
        missing = vault.abstracts().missing(held.slots)
        papers = known(missing) if missing else {}
        found = {id_: paper.abstract for id_, paper in papers.items() if paper.abstract}
        if torn := vault.abstracts().damaged():
            vault.abstracts().rewrite(found)
            done.append(f"Removed {plural(torn, 'unreadable line')} from the file of abstracts.")
        else:
            vault.abstracts().keep(found)
        if found:
            done.append(f"Restored {plural(len(found), 'abstract')} from the archive.")
        if held.head is not None and _gap(vault):
            steps = vault.journal().close_gap(held.head)
            done.append(f"Removed the gap in the journal, which now begins with the last {plural(steps, 'change')}.")
        for path in _open_to_others(vault):
            path.chmod(_FOLDER if path.is_dir() else _FILE)
            done.append(f"Made {path.name} private.")
    return tuple(done)


def _gap(vault: Vault) -> bool:
    """Whether the history does not lead back to the first entry."""
    first = None
    for first in vault.journal().history(vault.view().holding.head):  # noqa: B007 - the last one is used
        pass
    return first is None or first.after is not None


def _open_to_others(vault: Vault) -> list[Path]:
    return [path for path in vault.paths() if path.exists() and stat.S_IMODE(path.stat().st_mode) & _OTHERS]
