"""Trip posters for a maker's backend: send a trip, wait for its poster, and all that follows.

    posters = TripPosters("https://posters.example.com", token=fetch_token, driver="driver-7")
    job = posters.wait_for_poster(posters.submit(trip).job_id)
    picture = posters.download(job.poster.app_copy)

Needs `requests` alone. Every call has a total deadline; what is repeated is safe to repeat.
"""

from .api import TripPosters as TripPosters
from .errors import ApiError as ApiError
from .errors import BadRequestError as BadRequestError
from .errors import ConflictError as ConflictError
from .errors import FieldProblem as FieldProblem
from .errors import ForbiddenError as ForbiddenError
from .errors import GoneError as GoneError
from .errors import NoAnswerError as NoAnswerError
from .errors import NotFoundError as NotFoundError
from .errors import ServerError as ServerError
from .errors import TooManyRequestsError as TooManyRequestsError
from .errors import TripPostersError as TripPostersError
from .errors import UnauthorizedError as UnauthorizedError
from .errors import WaitTimeoutError as WaitTimeoutError
from .models import Accepted as Accepted
from .models import Cancelled as Cancelled
from .models import Composition as Composition
from .models import Erasure as Erasure
from .models import Failure as Failure
from .models import Job as Job
from .models import JobPage as JobPage
from .models import Link as Link
from .models import Poster as Poster
from .models import Share as Share
from .models import Step as Step
from .models import Style as Style
from .models import Vehicle as Vehicle
from .models import Warned as Warned
