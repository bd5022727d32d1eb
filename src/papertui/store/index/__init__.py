"""The search index on disk: segment files, and a manifest that lists the current ones."""
