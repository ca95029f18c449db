"""PATCH /v1/jobs/{id}: let others see a poster, or take it back."""
