"""Papers in the formats of other tools."""
