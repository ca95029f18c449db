"""What is stored of a finished task: pictures, label, manifest."""
