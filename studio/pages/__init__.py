"""What each page asks of the API, and shows of it."""
