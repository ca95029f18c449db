"""The daily timer of seasons, which comes once there are posters, and again if it was lost."""

from contextlib import suppress
from datetime import date, datetime

from functions.regenerate_season.schema import BEGIN
from local.one_process import read_addresses
from local.stack import STATE_BUCKET
from shared.core.errors import BundleError
from shared.seasons.calendar import Window, calendar
from shared.trips.moments import SHANGHAI
from tools.chaos.files import entries
from tools.chaos.reaching import platform
from tools.chaos.working import InBackground

_PAUSE, _TELLS_AGAIN = 0.5, 10
_CITIES = ("哈尔滨市", "北京市", "上海市", "广州市")


def place_of_season() -> tuple[str, Window | None]:
    """Return a city where a season has come by now, and its window; None between seasons."""
    today = datetime.now(SHANGHAI).date()
    for city in _CITIES:
        if (window := _window(city, today)) is not None:
            return city, window
    return _CITIES[0], None


def _window(city: str, today: date) -> Window | None:
    found, region = calendar(), calendar().region_of(city)
    due = [each for each in found.due(today) if each.occasion in {s.value for s in found.seasons}]
    return next((each for each in due if found.onset(each, region) <= today), None)


class Campaigner(InBackground):
    """Begins the season's campaign; there is none between two seasons."""

    def __post_init__(self) -> None:
        window = place_of_season()[1]
        self.book.campaigns = (window.campaign,) if window else ()
        super().__post_init__()

    def _run(self) -> None:
        bucket, turns = self.rules.data / "oss" / STATE_BUCKET, 0
        wanted = max(1, self.rules.jobs // 4)
        while len(entries(bucket / "results")) < wanted and not self._stopped.is_set():
            self._stopped.wait(_PAUSE)
        for name in self.book.campaigns:
            while not entries(bucket / "campaigns" / name / "state"):
                if turns % _TELLS_AGAIN == 0:
                    self._tell(f"day-{turns}")
                turns += 1
                if self._stopped.wait(_PAUSE):
                    return

    def _tell(self, task_id: str) -> None:
        with suppress(BundleError):
            if told := read_addresses(self.rules.data):
                functions = platform(told.urls["fc"], told.environment.get("FUNCTION_PREFIX", ""))
                functions.invoke("regenerate_season", {"payload": BEGIN}, task_id=task_id)
