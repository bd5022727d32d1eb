"""Pictures in a terminal: what it can show, the bytes that show it, and decoding. No input and no output."""
