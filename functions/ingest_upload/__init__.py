"""Make jobs of the trips in uploaded files, in bulk, behind drivers' own."""
