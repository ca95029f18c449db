"""Schemathesis, made from the API's description, against the local stack."""
