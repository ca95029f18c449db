"""Taking a render in: pure, from the delivered files to the frozen vehicle and its report."""
