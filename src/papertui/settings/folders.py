"""The platform's standard folders. Imports platformdirs."""

from __future__ import annotations

from platformdirs import PlatformDirs

from papertui.settings import Places, places_in


def platform_places() -> Places:
    """The paths in the platform's folders for settings, data, cache and documents."""
    folders = PlatformDirs("papertui", appauthor=False)
    documents = folders.user_documents_path
    if not documents.is_dir() and folders.user_downloads_path.is_dir():  # some systems lack one of the two
        documents = folders.user_downloads_path
    return places_in(folders.user_config_path, folders.user_data_path, folders.user_cache_path, documents / "papertui")
