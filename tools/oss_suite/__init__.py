"""The test suite of the OSS SDK against the local OSS."""
