"""The services and files that papers come from."""
