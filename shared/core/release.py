"""Which release this is; `poster release` writes it, with the other places of the version."""

RELEASE = "0.1.0"
