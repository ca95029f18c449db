"""One list of graphs, good and bad, for the engine and for a real ComfyUI."""
