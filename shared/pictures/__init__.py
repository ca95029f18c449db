"""Pictures from outside: whether a file is whole, and what it says of its colours."""
