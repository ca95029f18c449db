"""What is told of a run while it runs: logs and traces."""
