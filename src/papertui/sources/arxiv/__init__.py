"""arXiv: its daily listings, its search, and single papers."""
