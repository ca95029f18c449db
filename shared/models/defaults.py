"""The models that settings name where nobody names others, each with its successors behind it.

All are documented as offered in late 2026, see `deploy/models.json`; a release changes them when
the first of a list is about to retire.
"""

TEXT = ("qwen-plus", "qwen3.7-plus")
PICTURE = ("wan2.6-t2i", "wan2.7-image")
JUDGE = ("qwen3.7-plus", "qwen3.8-flash")
