"""A loopback Function Compute: it runs the functions that s.yaml declares, as FC would."""
