"""Every paper seen, in SQLite; can be deleted and rebuilt."""
