"""`python -m scripts.…` of the last version; says for one version what came in its place."""

import sys

from cli.former import say_module

sys.exit(say_module(sys.orig_argv))
