"""Find papers from half-remembered words."""
