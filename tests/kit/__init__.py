"""Stand-ins for the far ends, shared by the tests: the recorded services, a clock that stands still."""
