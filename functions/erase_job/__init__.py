"""DELETE /v1/jobs/{id}: erase one poster and everything it was made from."""
