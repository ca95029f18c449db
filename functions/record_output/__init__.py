"""Note that a task has written its last file (OSS event on task.json)."""
