"""Looks at a configuration before and after it is deployed, and says what to do."""
