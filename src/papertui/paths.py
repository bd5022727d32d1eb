"""Where papertui keeps its files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

# Light to import: reading TOML and asking the platform for its folders are separate modules.


class Paths(NamedTuple):
    """The paths of all files. Nothing is created here: the code that writes creates its folder (0700)."""

    #: A TOML file.
    settings: Path
    #: The library, a TinyDB file.
    bookmarks: Path
    #: Earlier states of the library.
    backups: Path
    #: Every paper ever seen, an SQLite file.
    archive: Path
    #: Drafts of notes that are being typed.
    drafts: Path
    #: What was mailed, an SQLite file; it cannot be restored from anywhere else.
    ledger: Path
    #: The search index, which can be rebuilt.
    index_folder: Path
    #: Responses of the sources, which can be fetched again.
    cache: Path
    #: The git repository that syncs the library with other machines.
    sync: Path
    #: The default folder of PDFs; a setting names another.
    pdfs: Path


def paths_in(config: Path, data: Path, cache: Path, pdfs: Path) -> Paths:
    """The paths with the standard file names in these folders."""
    return Paths(
        settings=config / "settings.toml",
        bookmarks=data / "bookmarks.json",
        backups=data / "backups",
        archive=data / "archive.db",
        drafts=data / "drafts",
        ledger=data / "mailed.db",
        index_folder=data / "index",
        cache=cache,
        sync=data / "sync",
        pdfs=pdfs,
    )


def paths_under(home: Path) -> Paths:
    """The paths when everything is in one folder (``PAPERTUI_HOME``)."""
    return paths_in(home, home, home / "cache", home / "pdfs")


# --- the platform's standard folders -----------------------------------------------------------------


def platform_paths() -> Paths:
    """The paths in the platform's folders for settings, data, cache and documents."""
    from platformdirs import PlatformDirs  # noqa: PLC0415 - not needed with PAPERTUI_HOME

    folders = PlatformDirs("papertui", appauthor=False)
    documents = folders.user_documents_path
    if not documents.is_dir() and folders.user_downloads_path.is_dir():  # some systems lack one of the two
        documents = folders.user_downloads_path
    return paths_in(folders.user_config_path, folders.user_data_path, folders.user_cache_path, documents / "papertui")
