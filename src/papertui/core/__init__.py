"""The model of papers and bookmarks: no input, no output, no clock."""
