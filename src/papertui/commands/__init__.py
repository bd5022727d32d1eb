"""The command line inside the app and of linear mode: the words of the shell, acting on what is shown."""
