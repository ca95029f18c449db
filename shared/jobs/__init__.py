"""The job: its record, the legal moves, and the steps that several functions take."""
