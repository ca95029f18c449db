"""The trip: how it is read, what is refused, and the facts that a picture needs of it."""
