"""Turn an accepted trip into a painting prompt and see its task off to the GPU queue."""
