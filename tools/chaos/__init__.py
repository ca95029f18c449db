"""The chaos run: many trips through the local stack while everything fails; then the account."""
