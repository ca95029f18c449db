"""Verify, label and store what a task painted, and close its job."""
