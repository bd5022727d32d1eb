"""arXiv: its new listings, its search, and single papers."""
