"""Who may do what, by the policies that are deployed (RAM)."""
