"""Have the picture model paint the plate of a task, then queue the task."""
