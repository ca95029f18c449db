"""The one command of the project, `poster`: a thin layer over the use cases."""
