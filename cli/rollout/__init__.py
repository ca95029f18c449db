"""What is deployed: put there without npm, released a share at a time, taken back."""
