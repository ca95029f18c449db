"""The models that this project calls, as the stand-in for DashScope plays them."""
