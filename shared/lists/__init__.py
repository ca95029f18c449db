"""Lists that functions work through: no item stops the others, and none is tried for ever."""
