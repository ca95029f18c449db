"""Which planted faults no test notices."""
