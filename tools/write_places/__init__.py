"""Writes the data files by which `shared.trips.cities` reads places; see `__main__`."""
