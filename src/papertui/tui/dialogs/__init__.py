"""Small screens that lie over the main one and end with what the reader wants; loaded when the first one is opened."""
