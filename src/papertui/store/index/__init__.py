"""The search index on disk: segments in files of their own, and a list of those that count."""
