"""`poster deploy-files`: everything that is deployed, written from deploy/stack.yaml."""
