"""Widgets. They show values and post messages; none of them calls a service."""
