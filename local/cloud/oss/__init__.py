"""An object storage service on loopback that the vendor's own client can talk to."""
