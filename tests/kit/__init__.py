"""Shared parts of the tests: stand-ins for services, builders of papers and digests, checks of formats."""
