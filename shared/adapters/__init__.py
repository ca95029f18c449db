"""One vendor each; vendor types and errors end here."""
