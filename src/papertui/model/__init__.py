"""What is true of papers: no input, no output, no clock."""
