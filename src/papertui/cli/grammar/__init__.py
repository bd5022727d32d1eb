"""The words of the command line: a file for each family of commands, with their options and examples."""
