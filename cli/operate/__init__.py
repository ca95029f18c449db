"""The operator's commands: look at a job, push it on, bring back the dead, pause and resume."""
