"""The seasons' campaigns as the studio sees them: windows, plans, progress, and what to do."""
