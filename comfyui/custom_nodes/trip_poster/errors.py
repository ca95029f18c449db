"""What the nodes raise; messages are short, for people, and hold no prompt text."""


class TripPosterError(Exception):
    """Base of everything this pack raises on purpose."""

    def __init_subclass__(cls) -> None:
        """Name the module as installed: ComfyUI calls it by a path and reports that."""
        super().__init_subclass__()
        cls.__module__ = "trip_poster.errors"


class VehicleFileError(TripPosterError):
    """A vehicle's files are missing, damaged or not the ones its sidecar names."""


class PlacementError(TripPosterError):
    """The car cannot stand in this picture."""


class PictureInputError(TripPosterError):
    """A picture or text given to a node does not have the needed form."""


class ModelCallError(TripPosterError):
    """A paid model did not answer as hoped; says what to do, never what was asked."""


class UncertainCallError(ModelCallError):
    """A request was sent and no answer came: it may have been carried out, and paid."""


class UnreachableError(ModelCallError):
    """A request did not arrive, for certain."""
