"""The library on several machines, over git."""
