"""Serves papers and the library to agents with the Model Context Protocol; `server` alone knows its SDK."""
