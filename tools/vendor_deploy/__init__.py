"""The vendor's own tool deploys s.yaml to a local stack, and nothing else does."""
