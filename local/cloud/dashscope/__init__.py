"""A stand-in for the text and picture models, on loopback; the unmodified SDK talks to it."""
