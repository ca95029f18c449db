"""One module for each group of commands; what does the work is imported when it is asked for."""
