"""Output of the command line: data on stdout, messages on stderr."""
