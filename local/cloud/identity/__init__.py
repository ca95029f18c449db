"""Keys and tokens: those of the services, and those of whoever calls."""
