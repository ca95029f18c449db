"""The designer's trial: one trip, style and vehicle on any ComfyUI, without the bundle around."""
