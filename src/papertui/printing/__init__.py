"""What a shell sees: data on stdout, talk on stderr."""
