"""Stand-ins for the vendor's services on loopback; they know nothing of posters."""
