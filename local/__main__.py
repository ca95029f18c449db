"""`python -m local` of the last version; says for one version what came in its place."""

import sys

sys.stderr.write("python -m local is now: poster demo, poster up, poster try, poster models\n")
sys.exit(2)
