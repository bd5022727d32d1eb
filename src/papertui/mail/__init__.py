"""The digest as a mail: how it is written, sent and remembered. One of the doors to the world, blind to the others."""
