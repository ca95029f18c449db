"""Do the gate's measures of belonging see what is wrong, and nothing where nothing is."""
