"""The composition of a poster: its format and layout, the car's view, the ground and the light."""

from shared.composition.for_job import composition_of_job, relit_of_job
from shared.composition.layouts import Arrangement, Ground, Layout, layouts, read_layouts, resolved
from shared.composition.planning import replanned
from shared.composition.views import eye_metres, staging_of

__all__ = [
    "Arrangement",
    "Ground",
    "Layout",
    "composition_of_job",
    "eye_metres",
    "layouts",
    "read_layouts",
    "relit_of_job",
    "replanned",
    "resolved",
    "staging_of",
]
