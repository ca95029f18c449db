"""GET /v1/vehicles: the cars that posters can show."""
