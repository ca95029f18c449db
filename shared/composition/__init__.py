"""The composition of a poster: its format and layout, the car's view, the ground and the light."""

from shared.composition.for_job import composition_of_job as composition_of_job
from shared.composition.for_job import recomposed_of_job as recomposed_of_job
from shared.composition.for_job import relit_of_job as relit_of_job
from shared.composition.layouts import Layout as Layout
from shared.composition.layouts import layouts as layouts
from shared.composition.layouts import read_layouts as read_layouts
from shared.composition.layouts import resolved as resolved
from shared.composition.planning import offered as offered
from shared.composition.planning import replanned as replanned
from shared.composition.views import eye_metres as eye_metres
from shared.composition.views import staging_of as staging_of
