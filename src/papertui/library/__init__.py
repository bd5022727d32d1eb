"""The bookmarks, in a TinyDB file that survives kills, concurrent programs and damage."""
