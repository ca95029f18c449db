"""What Function Compute hands to a handler, decoded: HTTP, OSS, timer, destination, our own.

Shapes: FC 3.0 documentation, "HTTP trigger event" (version v1), "OSS trigger event format",
"Timer trigger", "Destination of asynchronous invocations". A module for each, so that a function
builds no models but its own.
"""
