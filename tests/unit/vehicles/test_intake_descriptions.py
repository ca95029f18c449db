"""Sidecar, badge and geometry: given ones are checked, missing ones are guessed and marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shared.vehicles.delivered import Delivery
from shared.vehicles.intake import geometry
from shared.vehicles.intake.examine import Examined, examine
from shared.vehicles.intake.pictures import Limits
from shared.vehicles.uploads import RenderName
from tests.fakes import renders
from tests.fakes.demo_car import demo_car
from tests.fakes.renders import Files, files, png
from tests.unit.vehicles.test_intake_defects import codes, look

_GUESSED = {
    "horizon_y_proposed",
    "contacts_proposed",
    "badge_box_proposed",
    "titles_proposed",
    "light_proposed",
}


def demo(*, sidecar: bytes | None = None, badge: bool = True) -> Examined:
    delivery = Delivery(
        RenderName("citycar", "g1", "red"),
        "0" * 12,
        demo_car().render,
        badge=demo_car().badge if badge else None,
        sidecar=sidecar,
    )
    return examine(delivery, Limits(max_bytes=20_000_000, max_pixels=16_000_000))


@pytest.fixture(scope="module")
def bare() -> Examined:
    """Return the demo car, delivered as a render and nothing else."""
    return demo(badge=False)


@pytest.mark.slow
def test_a_bundled_vehicle_with_its_own_sidecar_is_a_plain_yes() -> None:
    examined = demo(sidecar=demo_car().sidecar)

    assert codes(examined) == {"alpha_straight", "small"}
    assert examined.frozen is not None


def test_everything_that_is_missing_is_guessed_and_marked_as_guessed(bare: Examined) -> None:
    assert codes(bare, "proposal") == _GUESSED
    assert codes(bare, "fault") == set()
    assert bare.frozen is not None


def test_the_guesses_come_near_the_truth_on_a_car_whose_truth_is_known(bare: Examined) -> None:
    truth = demo_car().card
    assert bare.frozen is not None
    found = bare.frozen.sidecar
    width = found.px_size[0]

    for guessed, true in zip(found.contacts, truth["contacts"], strict=True):
        assert np.hypot(guessed[0] - true[0], guessed[1] - true[1]) < 0.03 * width
    assert abs(found.horizon_y - truth["horizon_y"]) < 0.01 * width
    x0, y0, x1, y1 = truth["badge_box"]
    a0, b0, a1, b1 = found.badge_box
    assert a0 < (x0 + x1) / 2 < a1
    assert b0 < (y0 + y1) / 2 < b1


def test_a_mirrored_picture_with_its_mirrored_contacts_is_found_out() -> None:
    width = renders.car().shape[1]
    given = renders.card(b"")
    flipped = [(width - x, y) for x, y in given["contacts"]]
    delivered = files(lambda pixels: np.ascontiguousarray(pixels[:, ::-1]), contacts=flipped)

    assert "mirrored" in codes(look(delivered.without("badge")), "fault")


def test_contacts_of_another_picture_are_refused() -> None:
    high = [(x, y - 150) for x, y in renders.card(b"")["contacts"]]

    assert codes(look(files(contacts=high)), "fault") == {"contacts_off"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pitch_deg": 12.5}, "pitched"),
        ({"horizon_y": -700.0}, "camera_height"),
        ({"horizon_y": 500.0}, "camera_height"),
        ({"sha256": "0" * 64}, "sidecar_of_another"),
        ({"px_size": [100, 100]}, "sidecar_size"),
        ({"model": "coupe"}, "sidecar_name"),
        ({"contacts": [[0, 0]] * 4}, "contacts_off"),
        ({"badge_box": [0, 0, 20, 20]}, "badge_differs"),
        ({"horizon_y": 20000.0}, "contacts_above_horizon"),
    ],
)
def test_a_sidecar_that_does_not_fit_is_refused(changes: dict[str, Any], code: str) -> None:
    examined = look(files(**changes))

    assert code in codes(examined, "fault")
    assert examined.frozen is None
    assert "light.png" in examined.pictures


@pytest.mark.parametrize(
    "sidecar",
    [b"", b"[]", b"{", b'{"contacts": 3}', b'{"unknown": 1}', b'{"horizon_y": NaN}', b"\xff\xfe",
     b'{"titles": {"zh": "", "en": ""}}', b'{"schema": 2}'],
)  # fmt: skip
def test_a_sidecar_that_cannot_be_read_is_refused_by_name(sidecar: bytes) -> None:
    whole = renders.good_files()
    examined = look(Files(whole.render, whole.badge, None, sidecar))

    reason = next(each for each in examined.findings if each.kind == "fault")
    assert reason.code == "sidecar"
    assert "the sidecar cannot be used: " in reason.text


@pytest.mark.parametrize("field", ["sha256", "badge_box"])
def test_files_that_nothing_ties_together_need_a_persons_eye(field: str) -> None:
    examined = look(files(**{field: None}))

    expected = {"sha256": "binding_proposed", "badge_box": "badge_box_proposed"}[field]
    assert codes(examined, "proposal") == {expected}


def test_a_box_alone_gives_the_badge() -> None:
    examined = look(renders.good_files().without("badge"))

    assert codes(examined, "proposal", "fault") == set()
    assert examined.frozen is not None


def with_badge(mask: renders.Bytes) -> Examined:
    whole = files(badge_box=None)
    return look(Files(whole.render, png(mask), None, whole.sidecar))


@pytest.mark.slow
def test_badge_masks_that_cannot_be_of_this_car_are_refused() -> None:
    mask = renders.badge()
    tiny = np.zeros_like(mask)
    tiny[300:306, 250:256] = 255
    beside = np.zeros_like(mask)
    beside[80:130, 70:110] = 255
    found = {
        "badge_empty": np.zeros_like(mask),
        "badge_large": np.where(renders.car()[..., 3] == 255, 255, 0).astype(np.uint8),
        "badge_tiny": tiny,
        "badge_size": mask[:-1],
        "badge_off": beside,
    }

    assert {code: code in codes(with_badge(m), "fault") for code, m in found.items()} == (
        dict.fromkeys(found, True)
    )


def test_a_small_badge_is_noted() -> None:
    mask = np.zeros_like(renders.badge())
    mask[300:320, 240:270] = 255

    assert "badge_small" in codes(with_badge(mask), "note")


def test_a_car_that_fits_the_poster_at_no_size_is_refused() -> None:
    contacts = ((400.0, 2000.0), (200.0, 2100.0), (100.0, 2050.0), (300.0, 1990.0))

    found = geometry.check_fit(contacts, 0.0, 1000, (960, 640))

    assert [each.code for each in found] == ["fits_nowhere"]
    assert geometry.check_fit(contacts, 1500.0, 2000, (960, 640)) == []
