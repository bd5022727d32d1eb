"""The parts of the composition root that are imported late."""
