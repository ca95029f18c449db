"""Note the ends of tasks that the result queue tells of, then take the messages away."""
