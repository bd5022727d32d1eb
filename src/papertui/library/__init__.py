"""The bookmarks, in a TinyDB file that survives kills, several processes and damage."""
