"""The local stack: the deployed handlers and the real SDKs over loopback services."""
