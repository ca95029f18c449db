"""Look after jobs in flight: whatever went missing is found out and made up for."""
