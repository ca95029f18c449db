"""What every room stands on: errors, ids, names, formats, signatures."""
