"""POST /v1/callbacks/tasks: another ComfyUI host says that a task has ended."""
