"""Workflows: ComfyUI graphs in API format, their typed inputs, and binding values by title."""
