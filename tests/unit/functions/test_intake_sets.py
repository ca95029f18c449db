"""Members of a set that were uploaded: their passes, their set, and the page on it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from functions.intake_vehicle import sets
from functions.intake_vehicle.trial import grounds_for
from shared.core.errors import ConflictError
from shared.quality.thresholds import Thresholds
from shared.vehicles import register
from shared.vehicles.freeze import open_png
from shared.vehicles.members import Facts, Member, SetReport
from shared.vehicles.register import Decision, read_catalogue
from shared.vehicles.sidecar import Light, Sidecar, parse_sidecar
from shared.vehicles.uploads import PASS_PARTS, RenderName
from tests.comfyui import small_car
from tests.fakes import renders
from tests.fakes.clock import START
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.tiff import tiff16
from tests.unit.functions.trials import Intake, hear

# By its drawn tyres the car is seen from here: their corners are square at this focal length.
CAMERA = {"heading_deg": 36.5, "focal_px": 2400, "principal_x": 616}
OVERCAST = {
    "azimuth_deg": 180, "elevation_deg": 80, "softness": 1, "cct_k": 6500, "sun_to_sky": 0,
    "lamps": False, "time_of_day": "midday", "weather": "overcast",
}  # fmt: skip
DAY_LEFT = OVERCAST | {"azimuth_deg": 240, "elevation_deg": 45, "softness": 0.1, "sun_to_sky": 5}
NAME = RenderName("roadster", "g2", "blue", "front_left", "overcast")
LEFT = RenderName("roadster", "g2", "blue", "front_left", "day_left")
# In pixels of the delivered picture: the ground around the tyres, twice as fine as the pass.
BOX = [40, 380, 1240, 600]
Codes = NDArray[np.uint8]


def shadow(cast: int = 0) -> Codes:
    """Return a shadow pass: dark between the tyres, and cast so many of its columns to a side."""
    tyres = [renders.moved(point) for point in small_car.CONTACTS]
    points = [((x - BOX[0]) / 2, (y - BOX[1]) / 2) for x, y in tyres]
    sheet = Image.new("L", (600, 110), 255)
    pen = ImageDraw.Draw(sheet)
    for part in range(0, 101, 5):
        pen.polygon([(x + cast * part / 100, y) for x, y in points], fill=30, outline=30, width=16)
    return np.asarray(sheet.filter(ImageFilter.GaussianBlur(3)))


pytestmark = pytest.mark.usefixtures("kept_trials")


class Studio(Intake):
    """Uploads members."""

    def sent(self, key: str, data: bytes) -> dict[str, int]:
        """Upload a file and let its event come."""
        return self.hear(*self.put({key: data}))

    def deliver_member(
        self,
        name: RenderName = NAME,
        drawn: dict[str, Codes] | None = None,
        *,
        car: Codes | None = None,
        render: bytes | None = None,
        form: str = "png",
        **changes: Any,
    ) -> dict[str, int]:
        """Upload a member whole, its render last."""
        render = render or renders.png(renders.car() if car is None else car)
        files = {kind: renders.png(pixels) for kind, pixels in (drawn or {}).items()}
        told = {k: {"box": BOX, "sha256": hashlib.sha256(v).hexdigest()} for k, v in files.items()}
        light = OVERCAST if name.lit == "overcast" else DAY_LEFT
        facts = {"view": name.view, "lit": name.lit, "camera": CAMERA, "light": light}
        card = renders.card(render, **({**facts, "passes": told or None} | changes))
        self.mount.put(name.upload(".badge.png"), renders.png(renders.badge()))
        self.mount.put(name.upload(".json"), json.dumps(card).encode())
        for kind, data in files.items():
            self.mount.put(name.upload(PASS_PARTS[kind]), data)  # type: ignore[index]
        return self.sent(name.upload(".png", form), render)

    def sidecar(self, name: RenderName = NAME) -> Sidecar:
        """Return the frozen sidecar of the member that new jobs get."""
        found = read_catalogue(self.mount).members(name.model, name.generation, name.paint)
        (entry,) = [each for each in found if each.member == name.member]
        return parse_sidecar(
            self.mount.objects[f"input/vehicles/{entry.reference}/sidecar.json"].data
        )

    def file(self, sidecar: Sidecar, name: str) -> bytes:
        return self.mount.objects[f"input/vehicles/{sidecar.reference}/{name}"].data

    def member(self, name: RenderName = NAME) -> Member:
        found = sets.read_member(name, mount=self.mount)
        assert found is not None
        return found

    def codes(self, name: RenderName = NAME, kind: str = "") -> set[str]:
        """Return the codes of a member's reasons."""
        return {each.code for each in self.member(name).reasons if kind in ("", each.kind)}

    def page(self, form: str = "txt") -> str:
        key = f"uploads/reports/vehicles/roadster/g2/blue/set.{form}"
        return self.mount.objects[key].data.decode()


@pytest.fixture
def studio() -> Studio:
    # The drawn shadow is a flat one.
    return Studio(Thresholds(contact_high=0.8))


def test_a_member_is_offered_with_its_camera_light_and_passes(studio: Studio) -> None:
    assert studio.deliver_member(drawn={"shadow_sky": shadow()}) == {"yes": 1}

    sidecar = studio.sidecar()
    assert (sidecar.view, sidecar.lit) == ("front_left", "overcast")
    assert [size.width for size in sidecar.sizes] == [960, 800, 680, 560, 480, 400]
    assert sidecar.light.weather == "overcast"
    left = 616 - (sidecar.camera.principal_x if sidecar.camera else 0)  # type: ignore[operator]
    assert left > 0
    assert sidecar.passes is not None
    own = sidecar.passes["shadow_sky"]
    assert own.box[0] == BOX[0] - left
    assert own.box[2] - own.box[0] == BOX[2] - BOX[0]
    data = studio.file(sidecar, own.file)
    assert hashlib.sha256(data).hexdigest() == own.sha256
    assert np.array_equal(np.asarray(open_png(data)), shadow())


@pytest.mark.slow
def test_a_pass_that_comes_late_is_waited_for(studio: Studio) -> None:
    data = renders.png(shadow(90))
    told = {"shadow_sun": {"box": BOX, "sha256": hashlib.sha256(data).hexdigest()}}
    studio.deliver_member(LEFT)
    first = studio.sidecar(LEFT).reference
    card = json.loads(studio.mount.objects[LEFT.upload(".json")].data) | {"passes": told}
    assert studio.sent(LEFT.upload(".json"), json.dumps(card).encode()) == {"no": 1}
    assert studio.codes(LEFT, "fault") == {"pass_missing"}

    assert studio.sent(LEFT.upload(".shadow_sun.png"), data) == {"yes": 1}

    second = studio.sidecar(LEFT)
    assert second.reference != first
    assert second.passes is not None


@pytest.mark.slow
def test_what_all_lights_of_a_view_share_is_taken_in_with_each(studio: Studio) -> None:
    sky = renders.png(shadow())
    told = {"shadow_sky": {"box": BOX, "sha256": hashlib.sha256(sky).hexdigest()}}
    for name in (NAME, LEFT):
        render = renders.png(renders.car())
        light = OVERCAST if name is NAME else DAY_LEFT
        card = renders.card(
            render, view=name.view, lit=name.lit, camera=CAMERA, light=light, passes=told
        )
        studio.mount.put(name.upload(".badge.png"), renders.png(renders.badge()))
        studio.mount.put(name.upload(".json"), json.dumps(card).encode())
        assert studio.sent(name.upload(".png"), render) == {"no": 1}

    assert studio.sent(NAME.upload(".shadow_sky.png"), sky) == {"yes": 2}

    assert NAME.upload(".shadow_sky.png") == LEFT.upload(".shadow_sky.png")
    for name in (NAME, LEFT):
        assert studio.sidecar(name).passes is not None


@pytest.mark.slow
def test_an_event_of_what_was_taken_in_already_changes_nothing(studio: Studio) -> None:
    studio.deliver_member()
    before = studio.everything()
    assert hear(studio, NAME.upload(".json")) == {"yes": 1}
    assert studio.everything() == before


@pytest.mark.parametrize("premultiplied", [False, True])
@pytest.mark.slow
def test_a_tiff_of_16_bits_gives_the_pixels_of_the_png_and_says_what_was_lost(
    studio: Studio, premultiplied: bool
) -> None:
    studio.deliver_member()
    plain = studio.file(studio.sidecar(), "sizes/960.png")
    wide = renders.car().astype(np.uint16) * 257
    if premultiplied:
        wide[..., :3] = np.rint(wide[..., :3] * (wide[..., 3:] / 65_535)).astype(np.uint16)
    render = tiff16(wide, premultiplied=premultiplied)

    assert studio.deliver_member(render=render, form="tif") == {"yes": 1}

    assert studio.file(studio.sidecar(), "sizes/960.png") == plain
    (lost,) = [each for each in studio.member().reasons if each.code == "depth"]
    assert lost.measured == {"most_codes_off": 0, "mean_codes_off": 0}
    assert ("alpha_premultiplied" in studio.codes()) == premultiplied


@pytest.mark.slow
def test_what_16_bits_lose_is_half_a_code_at_most(studio: Studio) -> None:
    wide = renders.car().astype(np.uint16) * 257
    noise = np.random.default_rng(7).integers(-128, 129, wide.shape[:2])
    solid = wide[..., 3] == 65_535
    wide[solid, 1] = np.clip(wide[solid, 1].astype(int) + noise[solid], 0, 65_535)

    studio.deliver_member(render=tiff16(wide), form="tiff")

    (lost,) = [each for each in studio.member().reasons if each.code == "depth"]
    assert 0.49 < float(lost.measured["most_codes_off"]) <= 0.5
    assert 0.05 < float(lost.measured["mean_codes_off"]) < 0.12


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"camera": CAMERA | {"heading_deg": 60}}, "heading_off"),
        ({"camera": CAMERA | {"heading_deg": 143.5}}, "badge_end"),
        ({"camera": CAMERA | {"focal_px": 1200}}, "camera_skewed"),
        ({"view": "rear_right"}, "sidecar_name"),
        ({"lit": "night"}, "sidecar_name"),
        ({"passes": {"lamps": {"box": BOX}}}, "pass_missing"),
        ({"light": OVERCAST | {"weather": "drizzle"}}, "sidecar"),
    ],
)
def test_a_sidecar_that_the_picture_contradicts_is_refused(
    studio: Studio, changes: dict[str, Any], code: str
) -> None:
    assert studio.deliver_member(**changes) == {"no": 1}
    assert code in studio.codes(kind="fault")
    assert code in " ".join(studio.page("json").split('"'))


@pytest.mark.parametrize("camera", [None, {"heading_deg": 36.5}])
@pytest.mark.slow
def test_a_member_without_a_whole_camera_has_to_be_approved(
    studio: Studio, camera: dict[str, float] | None
) -> None:
    assert studio.deliver_member(camera=camera) == {"yes_with_proposals": 1}


def test_a_set_is_never_given_a_guessed_badge(studio: Studio) -> None:
    render = renders.png(renders.car())
    card = renders.card(render, camera=CAMERA, light=OVERCAST, badge_box=None)
    studio.mount.put(NAME.upload(".json"), json.dumps(card).encode())

    assert studio.sent(NAME.upload(".png"), render) == {"no": 1}

    assert "badge_missing" in studio.codes(kind="fault")


@pytest.mark.parametrize(
    ("kind", "pixels", "code"),
    [
        ("shadow_sun", shadow(-90), "shadow_side"),
        ("shadow_sun", np.full((110, 600), 255, dtype=np.uint8), "pass_empty"),
        ("shadow_sky", shadow()[:, :300], "pass_shape"),
        ("reflection", np.zeros((110, 600, 3), dtype=np.uint8), "pass_picture"),
    ],
)
def test_a_pass_that_cannot_be_is_refused(
    studio: Studio, kind: str, pixels: Codes, code: str
) -> None:
    assert studio.deliver_member(LEFT, {kind: pixels}) == {"no": 1}
    assert studio.codes(LEFT, "fault") == {code}


def test_a_pass_that_lies_beside_the_car_is_refused(studio: Studio) -> None:
    data = renders.png(shadow())
    digest = hashlib.sha256(data).hexdigest()
    studio.mount.put(LEFT.upload(".shadow_sun.png"), data)
    studio.deliver_member(LEFT)
    assert studio.codes(LEFT, "fault") == {"pass_unplaced"}
    card = json.loads(studio.mount.objects[LEFT.upload(".json")].data)
    for box in ([40, 0, 1240, 220], [2000, 380, 3200, 600]):
        card["passes"] = {"shadow_sun": {"box": box, "sha256": digest}}
        studio.sent(LEFT.upload(".json"), json.dumps(card).encode())
        assert "pass_box" in studio.codes(LEFT, "fault")
    card["passes"] = {"shadow_sun": {"box": BOX, "sha256": "0" * 64}}
    studio.sent(LEFT.upload(".json"), json.dumps(card).encode())
    assert studio.codes(LEFT, "fault") == {"pass_of_another"}


@pytest.mark.slow
def test_another_paint_and_another_car_are_shown_to_an_operator(studio: Studio) -> None:
    other = RenderName("roadster", "g2", "blue", "side_left", "overcast")
    studio.deliver_member()
    repainted = renders.car().copy()
    repainted[..., :3][repainted[..., 3] == 255] = (60, 60, 160)

    assert studio.deliver_member(other, car=repainted) == {"yes_with_proposals": 1}
    assert studio.codes(other, "proposal") == {"set_paint"}

    # A tenth higher the eye makes the same tyres those of a car that is a tenth longer.
    assert studio.deliver_member(other, camera_height_m=1.43) == {"yes_with_proposals": 1}
    assert studio.codes(other, "proposal") == {"set_car"}


def spoked(turn: float = 0.0, size: float = 1.0) -> Codes:
    """Return the car with ten spokes and a rim in each of the wheels that are seen."""
    sheet = Image.fromarray(renders.car())
    pen = ImageDraw.Draw(sheet)
    for (x, y), half in zip(small_car.CONTACTS[:2], (11, 15), strict=True):
        wide, high = 60 * 0.7 * size, 6 * half * 0.7 * size
        (cx, cy) = renders.moved((x, y - half))
        pen.ellipse([cx - wide, cy - high, cx + wide, cy + high], outline=(200,) * 3, width=5)
        for number in range(10):
            angle = np.radians(36 * number + turn)
            end = (cx + wide * np.cos(angle), cy + high * np.sin(angle))
            pen.line([(cx, cy), end], fill=(200, 200, 200, 255), width=6)
    return np.asarray(sheet)


@pytest.mark.parametrize(("turn", "size"), [(18.0, 1.0), (0.0, 0.9)])
@pytest.mark.slow
def test_other_wheels_are_shown_to_an_operator(studio: Studio, turn: float, size: float) -> None:
    studio.deliver_member(car=spoked())
    darker = spoked().copy()
    darker[..., :3] //= 2
    assert studio.deliver_member(LEFT, car=darker) == {"yes": 1}

    assert studio.deliver_member(LEFT, car=spoked(turn, size)) == {"yes_with_proposals": 1}
    assert studio.codes(LEFT, "proposal") == {"set_wheels"}
    assert "render all lights with the same wheels" in studio.page()
    assert studio.member(LEFT).facts.wheels
    assert '"wheels"' not in studio.page("json")


@pytest.mark.slow
def test_a_light_that_comes_from_the_other_side_is_shown_to_an_operator(studio: Studio) -> None:
    studio.deliver_member()
    lit = renders.car().copy()
    half = lit.shape[1] // 2
    lit[:, half:, :3] = np.minimum(lit[:, half:, :3].astype(int) * 2, 255)

    assert studio.deliver_member(LEFT, car=lit) == {"yes_with_proposals": 1}
    assert studio.codes(LEFT, "proposal") == {"light_side"}

    light = DAY_LEFT | {"azimuth_deg": 120}
    assert studio.deliver_member(LEFT, light=light, car=lit) == {"yes": 1}


def test_the_page_says_how_each_member_came_out_and_what_is_lacking(studio: Studio) -> None:
    studio.deliver_member()
    studio.deliver_member(LEFT, camera=None)
    studio.deliver_member(RenderName("roadster", "g2", "blue", "side_left", "dawn"), pitch_deg=20)

    text = studio.page()
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert rows["day_left"][:4] == ["day_right", "low_left", "low_right", "overcast"]
    assert rows["front_left"] == ["look", "-", "-", "-", "yes", "-", "-", "-", "-"]
    assert rows["side_left"] == ["-"] * 8 + ["NO"]
    assert "pitched by 20.0" in text
    told = json.loads(studio.page("json"))
    assert [each["verdict"] for each in told["members"]] == ["yes with proposals", "yes", "no"]
    assert "front_left.night" in told["gaps"]
    assert "front_left.overcast" not in told["gaps"]


def test_members_are_approved_and_refused_one_by_one(studio: Studio) -> None:
    studio.deliver_member()
    other = RenderName("roadster", "g2", "blue", "side_left", "overcast")
    decision = Decision(by="anna", at=START)
    for name, decide in ((LEFT, register.approve), (other, register.refuse)):
        studio.deliver_member(name, camera=None)
        decide(f"{name.path}/{studio.member(name).version}", decision, mount=studio.mount)

    found = read_catalogue(studio.mount).members("roadster", "g2", "blue")
    assert [each.member for each in found] == ["front_left.overcast", "front_left.day_left"]
    refused = f"{other.path}/{studio.member(other).version}"
    with pytest.raises(ConflictError, match="was refused"):
        register.approve(refused, decision, mount=studio.mount)
    with pytest.raises(ConflictError, match="is offered; only a recall"):
        register.refuse(found[0].reference, decision, mount=studio.mount)


@pytest.mark.slow
def test_a_paint_is_shown_by_its_set_or_by_one_render_never_by_both(studio: Studio) -> None:
    def members() -> list[str]:
        found = read_catalogue(studio.mount).members("roadster", "g2", "blue")
        return [each.member for each in found]

    single = renders.good_files().uploads()
    for key, data in single.items():
        studio.sent(key, data)
    assert members() == [""]
    studio.deliver_member()
    assert members() == ["front_left.overcast"]
    for key, data in single.items():
        studio.sent(key, data)
    assert members() == [""]


@pytest.mark.parametrize(
    ("lit", "changes", "names"),
    [
        ("day_left", {}, ["a dry road by day", "a pale square by day"]),
        ("night", {}, ["a wet road by night", "a dry road by night"]),
        ("first", {"time_of_day": "dusk"}, ["a wet road by night", "a dry road by night"]),
        ("first", {"ground": "bright"}, ["snow under clouds", "a pale square by day"]),
    ],
)
def test_a_member_is_tried_in_its_own_light(
    lit: str, changes: dict[str, Any], names: list[str]
) -> None:
    light = Light(azimuth_deg=120, elevation_deg=45, softness=0.3, cct_k=6000, **changes)
    sidecar = small_car.sidecar(b"x").model_copy(
        update={"view": "front_left", "lit": lit, "light": light}
    )
    assert [each.name for each in grounds_for(sidecar)] == names


def test_what_is_known_of_a_member_survives_its_file_and_an_older_one_never_wins() -> None:
    mount = FakeObjectStore()
    facts = Facts(wheelbase_m=2.6, track_m=1.5, paint=(0.02, 0.05, 0.35), halves=(0.1, 0.2))
    newer = Member(
        view="front_left",
        lit="overcast",
        version="b" * 12,
        uploaded_at="2026-11-29T08:00:00+00:00",
        verdict="yes",
        facts=facts,
    )
    older = newer.model_copy(
        update={"version": "a" * 12, "uploaded_at": "2026-11-29T07:00:00+00:00"}
    )
    for member in (newer, older):
        sets.write_member(NAME, member, mount=mount)
    assert sets.read_members(NAME, mount=mount) == (newer,)
    assert "front_left.overcast" not in SetReport(vehicle="x", members=(newer,)).gaps
