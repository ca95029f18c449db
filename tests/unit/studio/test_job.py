"""One job's timeline and dial."""

from studio.pages.job import arrows, steps_of


def _job(*statuses: str) -> dict[str, object]:
    history = [{"status": each, "attempt": 0, "at": "2026-11-30T10:00:00Z"} for each in statuses]
    return {"status": statuses[-1], "history": history}


def test_an_open_job_shows_what_is_to_come() -> None:
    steps = steps_of(_job("accepted", "prompted"))

    assert [each["state"] for each in steps] == ["done", "now", *["to-come"] * 4]
    assert steps[-1]["status"] == "succeeded"


def test_a_failed_job_ends_with_its_failure() -> None:
    steps = steps_of(_job("accepted", "prompted", "failed"))

    assert [each["state"] for each in steps] == ["done", "done", "ended-badly"]


def test_light_from_behind_the_eye_stands_at_the_foot_of_the_dial() -> None:
    lights = {"car": {"azimuth_deg": 180.0}, "plate": {"azimuth_deg": 270.0}}

    behind, left = arrows(lights)

    assert (behind["x"], behind["y"]) == (50.0, 90.0)
    assert (left["x"], left["y"]) == (10.0, 50.0)
    assert arrows({"car": None, "plate": {"azimuth_deg": None}}) == []
    assert arrows(None) == []
