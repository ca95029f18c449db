"""The studio: pages to make, look at, review and steer posters, on the public API alone."""
