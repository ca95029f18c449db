"""Trip posters for a maker's backend: send a trip, wait for its poster, and all that follows.

    posters = TripPosters("https://posters.example.com", token=fetch_token, driver="driver-7")
    job = posters.wait_for_poster(posters.submit(trip).job_id)
    picture = posters.download(job.poster.app_copy)

Needs `requests` alone. Every call has a total deadline; what is repeated is safe to repeat.
"""

from .api import TripPosters
from .errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    FieldProblem,
    ForbiddenError,
    GoneError,
    NoAnswerError,
    NotFoundError,
    ServerError,
    TooManyRequestsError,
    TripPostersError,
    UnauthorizedError,
    WaitTimeoutError,
)
from .models import (
    Accepted,
    Cancelled,
    Composition,
    Erasure,
    Failure,
    Job,
    JobPage,
    Link,
    Poster,
    Share,
    Step,
    Style,
    Vehicle,
    Warned,
)

__all__ = [
    "Accepted",
    "ApiError",
    "BadRequestError",
    "Cancelled",
    "Composition",
    "ConflictError",
    "Erasure",
    "Failure",
    "FieldProblem",
    "ForbiddenError",
    "GoneError",
    "Job",
    "JobPage",
    "Link",
    "NoAnswerError",
    "NotFoundError",
    "Poster",
    "ServerError",
    "Share",
    "Step",
    "Style",
    "TooManyRequestsError",
    "TripPosters",
    "TripPostersError",
    "UnauthorizedError",
    "Vehicle",
    "WaitTimeoutError",
    "Warned",
]
