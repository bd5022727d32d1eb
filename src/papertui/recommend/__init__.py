"""Papers ranked for the reader: word rows of papers, a model trained on the library, and reasons."""
