"""The local stand-in for ComfyUI: runs the bundle's own node pack without torch."""
