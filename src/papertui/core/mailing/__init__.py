"""The mail model: addresses, servers, due periods and delivery records."""
