"""A stand-in for the content community, and for the maker's backend: they take announcements."""
