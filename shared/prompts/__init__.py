"""The painting prompt: what the text model is told, what it may answer, what stands in for it."""
