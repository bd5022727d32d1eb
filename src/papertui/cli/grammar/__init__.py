"""The parsers of the commands, with their help texts and examples: one file for each group."""
