"""Memory and threads of a process that holds many pictures."""

import ctypes
import os

from shared.settings import variables

# glibc gives large pictures back to the system when they are freed; without this it keeps them all.
_ARENAS, _LARGE = 2, 1 << 20
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
_OF_CHILDREN = {
    # Work is spread over processes; numeric libraries would start threads for each core in each.
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": str(_ARENAS),
    "MALLOC_MMAP_THRESHOLD_": str(_LARGE),
}


def keep_small() -> None:
    """Tell the allocator, libraries that are loaded later and children; the shell goes before."""
    given = variables()
    for name, text in _OF_CHILDREN.items():
        if name not in given:
            os.putenv(name, text)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
