"""The gallery: every paint in every kind of scene, with its scores, on one page to look at."""
