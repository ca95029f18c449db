"""The queue service in front of an asynchronous ComfyUI service, on loopback."""
