"""Where a function meets who calls it: events, callers, requests, answers."""
