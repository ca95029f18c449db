"""What it costs: time, memory, requests and bytes, each beside another way."""
