"""Modal dialogs over the main screen; imported when the first one is opened."""
