"""What each function does in the cloud, and so may do: keys of both buckets, and functions.

A key that ends in a slash is a folder, `*` at its end is whatever follows; any other is one object.
Letters: r reads (GET, HEAD, and the GET behind a link that it signs), l lists below the prefix,
w writes (create-if-absent included, which reads back what it meets), d deletes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Needs:
    """Letters by prefix for each bucket, and the functions that are started."""

    state: Mapping[str, str] = field(default_factory=dict)
    mount: Mapping[str, str] = field(default_factory=dict)
    starts: tuple[str, ...] = ()

    def __add__(self, other: Needs) -> Needs:
        """Return both together."""
        return Needs(
            _merged(self.state, other.state),
            _merged(self.mount, other.mount),
            tuple(dict.fromkeys((*self.starts, *other.starts))),
        )


def _merged(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    letters = {key: set(one.get(key, "")) | set(other.get(key, "")) for key in (*one, *other)}
    return {
        key: "".join(each for each in "rlwd" if each in found) for key, found in letters.items()
    }


# What several functions do, in the words of the modules that do it.
_LOAD = Needs(state={"jobs/": "rl"})
_MOVE = _LOAD + Needs(state={"jobs/": "w"})
_MARK_OPEN = Needs(state={"open/": "w"})
_TELL = Needs(state={"announced/": "rw", "outbox/": "w"})
# shared/jobs/closing.py: forget, tell, then let the marker go.
_FINISH = _MOVE + _TELL + _MARK_OPEN + Needs(state={"open/": "d"})
_STORE = Needs(starts=("store_result",))
_PAINT = Needs(starts=("paint_trip",))
_TASK_END = _FINISH + _STORE
_CONTROL = Needs(state={"control/": "rl"})
_CIRCUITS = _CONTROL + Needs(
    state={"control/circuits/": "wd", "control/probes/": "rlwd"},
)
_SEND = _FINISH + _CIRCUITS
_CATALOGUE = Needs(mount={"input/vehicles/": "r", "input/vehicles/catalogue/": "l"})
_RECALLS = Needs(mount={"input/vehicles/catalogue/": "r"})
_INDEX = Needs(state={"drivers/": "l"})
_OWN_PAGE = _LOAD + _INDEX + _CONTROL + Needs(state={"results/": "r"})
# shared/jobs/accepting.py, with what an erasure that came in between makes of it.
_ACCEPT = _FINISH + _PAINT + _CATALOGUE + Needs(state={"drivers/": "rwd", "erased-drivers/": "r"})
_ADMIT = _CONTROL + _INDEX + Needs(state={"open/": "r"})
# shared/lists: what is tried, tried again, and set aside.
_LIST = Needs(state={"tries/": "rlwd", "dead/": "w"})
_ERASE_RECORD = _MOVE + _MARK_OPEN
_ERASURE = Needs(state={"erasing/": "w", "erasures/": "rw"}, starts=("run_erasure",))
# shared/jobs/erasing.py: all that was ever written of a job.
_PURGE = (
    _FINISH
    + _ERASE_RECORD
    + Needs(
        state={
            "results/": "ld",
            "late/": "ld",
            "announced/": "ld",
            "outbox/": "d",
            "dead/announcements/": "d",
            "drivers/": "d",
            "tries/": "rlwd",
        },
        mount={"input/j*": "ld", "output/j*": "ld"},
    )
)
# shared/uploads: cursors, and taking lines out of files and reports.
_READ_UPLOADS = Needs(
    state={"uploads/": "rlw"},
    mount={"uploads/trips/": "rwd", "uploads/reports/trips/": "w"},
)
_LOSERS = Needs(state={"results/": "ld"})

NEEDS: dict[str, Needs] = {
    "submit_trip": _ACCEPT + _ADMIT,
    "read_job": _LOAD + _CONTROL + Needs(state={"results/": "r"}),
    "list_jobs": _OWN_PAGE,
    "export_driver": _OWN_PAGE,
    "show_poster": _LOAD + Needs(state={"results/": "r"}),
    "list_styles": Needs(),
    "list_vehicles": _CATALOGUE + Needs(mount={"uploads/reports/vehicles/": "r"}),
    "change_share": _FINISH + _RECALLS,
    "repaint_job": _ACCEPT + _ADMIT,
    "review_job": _FINISH + _PAINT,
    "cancel_job": _FINISH,
    "erase_job": _ERASE_RECORD + _ERASURE + Needs(state={"drivers/": "r"}),
    "erase_driver": _INDEX + _ERASURE + Needs(state={"erasing/": "r", "erased-drivers/": "rw"}),
    "read_erasure": Needs(state={"erasures/": "r"}),
    "task_callback": _TASK_END + Needs(mount={"output/j*": "r"}),
    # shared/composition: the driver's last posters, and the renders of the car.
    "paint_trip": _SEND + _INDEX + _CATALOGUE + Needs(starts=("paint_scene",)),
    "paint_scene": _SEND + Needs(mount={"input/j*": "w"}),
    "record_output": _TASK_END,
    "drain_queue": _TASK_END
    + _LIST
    + Needs(
        state={"late/": "rlwd", "control/queues": "wd", "open/": "l"},
        mount={"output/j*": "r"},
    ),
    "store_result": _FINISH
    + _PAINT
    + _LOSERS
    + _RECALLS
    # The list of models that look at posters, where STYLE_JUDGE is on.
    + _CIRCUITS
    + Needs(
        state={"results/": "w"},
        mount={"output/j*": "r", "input/vehicles/": "r", "input/vehicles/catalogue/": "l"},
    ),
    "sweep_jobs": _TASK_END
    + _LIST
    + _PAINT
    + _CONTROL
    + _LOSERS
    + _PURGE
    + Needs(
        state={
            "open/": "l",
            "control/created-once": "rw",
            "control/swept": "rw",
            "control/open": "w",
            "control/acceptance": "w",
            "erasing/": "rlwd",
        },
        mount={"output/j*": "l"},
        starts=("run_erasure",),
    ),
    "run_erasure": _PURGE
    + _LIST
    + _READ_UPLOADS
    + _ERASURE
    + Needs(
        state={
            "drivers/": "l",
            "driver-uploads/": "ld",
            "erasing/": "rd",
            "erasing-counts/": "rlwd",
            "dead/": "rld",
        },
        mount={"uploads/reports/trips/": "r"},
    ),
    "send_announcements": _LOAD
    + _LIST
    + Needs(
        state={
            "outbox/": "lwd",
            "announced/": "rw",
            "control/endpoints/": "rw",
            "dead/announcements/": "d",
        },
    ),
    "ingest_upload": _ACCEPT
    + _CONTROL
    + _READ_UPLOADS
    + _LIST
    + Needs(
        state={"open-uploads/": "rlwd", "open/": "l", "driver-uploads/": "w"},
        starts=("ingest_upload",),
    ),
    "regenerate_season": _ACCEPT
    + _CONTROL
    + _INDEX
    + _LIST
    + Needs(state={"campaigns/": "rlwd", "open/": "l"}, starts=("regenerate_season",)),
    "intake_vehicle": _CATALOGUE
    + _LIST
    + Needs(
        mount={
            "input/vehicles/": "w",
            "input/vehicles/_members/": "l",
            "uploads/vehicles/": "rl",
            "uploads/reports/vehicles/": "w",
        },
    ),
    "receive_failure": _LOAD + _MARK_OPEN + Needs(state={"dead/invocations/": "rw"}),
}

# Those who are no functions: whoever runs `poster` on a deployment; whoever only uploads trips and
# renders; and the GPU service, whose mount writes what nodes and ComfyUI leave.
PEOPLE: dict[str, Needs] = {
    "operator": _ACCEPT
    + _ADMIT
    + Needs(
        state={
            "": "l",
            "results/": "r",
            "control/": "rwd",
            "dead/": "rwd",
            "tries/": "rwd",
            "erasing/": "w",
            "outbox/": "w",
            "campaigns/": "rwd",
            "probe/preflight/": "rwd",
        },
        mount={
            "": "l",
            "input/vehicles/catalogue/": "w",
            "input/vehicles/catalogue-snapshot.json": "w",
            "models/": "r",
            "custom_nodes/": "r",
            "probe/preflight/": "rwd",
        },
    ),
    "uploader": Needs(
        mount={
            "uploads/trips/": "w",
            "uploads/vehicles/": "w",
            "uploads/reports/": "rl",
        }
    ),
    "gpu_service": Needs(
        mount={
            "": "l",
            "models/": "r",
            "custom_nodes/": "r",
            "input/": "r",
            "output/": "rwd",
            "temp/": "rwd",
        }
    ),
}
