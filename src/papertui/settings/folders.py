"""The platform's own folders. Brings platformdirs with it."""

from __future__ import annotations

from platformdirs import PlatformDirs

from papertui.settings import Places, places_in


def platform_places() -> Places:
    """The files where the platform wants them: settings, data, cache and PDFs apart."""
    folders = PlatformDirs("papertui", appauthor=False)
    documents = folders.user_documents_path
    if not documents.is_dir() and folders.user_downloads_path.is_dir():  # not everybody has both
        documents = folders.user_downloads_path
    return places_in(folders.user_config_path, folders.user_data_path, folders.user_cache_path, documents / "papertui")
