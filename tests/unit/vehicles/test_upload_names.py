"""Keys under uploads/vehicles/: what they name, and what they do not."""

from __future__ import annotations

import hashlib
import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vehicles import uploads
from shared.vehicles.uploads import (
    PARTS,
    PaintName,
    RenderName,
    render_of,
    split_reference,
    version_of,
)

slugs = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True)
words = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
_KINDS = ("mask", "badge", "shadow_sun", "shadow_sky", "reflection", "lamps")
lights = words.filter(lambda word: word not in _KINDS)
singles = st.builds(RenderName, slugs, slugs, slugs)
members = st.builds(RenderName, slugs, slugs, slugs, words, lights)
names = st.one_of(singles, members)
forms = st.sampled_from(["png", "tif", "tiff"])
digests = st.text(string.hexdigits.lower(), min_size=64, max_size=64)


@given(names, st.data(), forms)
def test_what_an_upload_is_called_is_what_it_names(
    name: RenderName, data: st.DataObject, form: str
) -> None:
    part = data.draw(st.sampled_from(name.parts))
    found = render_of(name.upload(part, form))
    shared = part in {".shadow_sky.png", ".lamps.png"}
    assert found == (replace(name, lit="") if shared else name)


@given(st.text(max_size=80))
def test_any_key_names_a_vehicle_that_would_have_that_key_or_none(text: str) -> None:
    for key in (text, uploads.PREFIX + text):
        name = render_of(key)
        assert name is None or key in name.uploads()


@given(members, members)
def test_no_key_is_of_two_members_but_what_a_views_lights_share(
    one: RenderName, other: RenderName
) -> None:
    both = one.uploads().keys() & other.uploads().keys()
    if one != other:
        assert both <= replace(one, lit="").uploads().keys()


@pytest.mark.parametrize(
    "tail",
    ["a/b.png", "a/b/c/d.png", "a/b/c/d.badge.png", "a/b/c/d.e.lamps.png", "a/b/c.lamps.png",
     "a/b/c/d.e.f.png", "a/b/c/d-e.f.png", "a/b/c/D.e.png", "a/b/c/d.json", "a/b/c/d.lamps.json",
     "a/b/c/1.e.png", "a/b/c/d.badge.json", "a/b/c.shadow_sun.png", "a/b/c/d.shadow_sun.png",
     "A/b/c.png", "a/b/c.PNG", "a/b/c.jpg", "a/b/.png", "a//c.png",
     "../b/c.png", "a/b/c.mask.json", "a/b/c d.png", "a/b/" + "c" * 33 + ".png", "a/b/ç.png"],
)  # fmt: skip
def test_other_names_are_no_vehicle(tail: str) -> None:
    assert render_of(uploads.PREFIX + tail) is None


@given(members, st.sampled_from(PARTS))
def test_reports_lie_where_no_event_of_uploads_comes_from(
    name: RenderName, part: uploads.Part
) -> None:
    folder = name.report("0" * 12)
    assert not folder.startswith(uploads.PREFIX)
    assert not uploads.misnamed_report(name.upload(part)).startswith(uploads.PREFIX)
    assert render_of(folder + "report.json") is None


@given(names, digests)
def test_a_reference_names_paint_and_version(name: RenderName, digest: str) -> None:
    own = PaintName(name.model, name.generation, name.paint)
    assert split_reference(f"{name.path}/{digest[:12]}") == (own, digest[:12])
    assert split_reference(f"{name.path}/{digest[:11]}") is None


@given(st.dictionaries(st.sampled_from(PARTS), digests, min_size=1), st.sampled_from(PARTS))
def test_other_bytes_in_any_file_are_another_version(
    files: dict[uploads.Part, str], part: uploads.Part
) -> None:
    changed = {**files, part: "0" * 64 if files.get(part) != "0" * 64 else "1" * 64}

    assert version_of(files, "v.l") == version_of(dict(reversed(files.items())), "v.l")
    assert version_of(files, "v.l") != version_of(changed, "v.l")
    assert version_of(files, "v.l") != version_of(files, "v.k")


def test_the_version_of_a_single_render_is_what_it_always_was() -> None:
    files: dict[uploads.Part, str] = {".png": "a" * 64, ".json": "b" * 64}
    told = json.dumps([1, "a" * 64, "", "", "b" * 64]).encode()
    assert version_of(files) == hashlib.sha256(told).hexdigest()[:12]
