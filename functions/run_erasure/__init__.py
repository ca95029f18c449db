"""Carry an erasure out: remove what is to be removed, go on later where time does not suffice."""
