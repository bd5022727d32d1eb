"""The screen of the digest: its preview, what was mailed, and how it is mailed by itself."""
