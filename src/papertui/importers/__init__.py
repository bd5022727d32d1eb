"""Papers and bookmarks from files."""
