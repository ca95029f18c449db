"""Keys under uploads/vehicles/: what they name, and what they do not."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vehicles import uploads
from shared.vehicles.uploads import PARTS, PaintName, paint_of, split_reference, version_of

slugs = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True)
names = st.builds(PaintName, slugs, slugs, slugs)
digests = st.text(string.hexdigits.lower(), min_size=64, max_size=64)


@given(names, st.sampled_from(PARTS))
def test_what_an_upload_is_called_is_what_it_names(name: PaintName, part: uploads.Part) -> None:
    assert paint_of(name.upload(part)) == name


@given(st.text(max_size=80))
def test_any_key_names_a_vehicle_that_would_have_that_key_or_none(text: str) -> None:
    for key in (text, uploads.PREFIX + text):
        name = paint_of(key)
        assert name is None or key in {name.upload(part) for part in PARTS}


@pytest.mark.parametrize(
    "tail",
    ["a/b.png", "a/b/c/d.png", "A/b/c.png", "a/b/c.PNG", "a/b/c.jpg", "a/b/.png", "a//c.png",
     "../b/c.png", "a/b/c.badge.json", "a/b/c d.png", "a/b/" + "c" * 33 + ".png", "a/b/ç.png"],
)  # fmt: skip
def test_other_names_are_no_vehicle(tail: str) -> None:
    assert paint_of(uploads.PREFIX + tail) is None


@given(names, st.sampled_from(PARTS))
def test_reports_lie_where_no_event_of_uploads_comes_from(
    name: PaintName, part: uploads.Part
) -> None:
    folder = name.report("0" * 12)
    assert not folder.startswith(uploads.PREFIX)
    assert not uploads.misnamed_report(name.upload(part)).startswith(uploads.PREFIX)
    assert paint_of(folder + "report.json") is None


@given(names, digests)
def test_a_reference_names_paint_and_version(name: PaintName, digest: str) -> None:
    assert split_reference(f"{name.path}/{digest[:12]}") == (name, digest[:12])
    assert split_reference(f"{name.path}/{digest[:11]}") is None


@given(st.dictionaries(st.sampled_from(PARTS), digests, min_size=1), st.sampled_from(PARTS))
def test_other_bytes_in_any_file_are_another_version(
    files: dict[uploads.Part, str], part: uploads.Part
) -> None:
    changed = {**files, part: "0" * 64 if files.get(part) != "0" * 64 else "1" * 64}

    assert version_of(files) == version_of(dict(reversed(files.items())))
    assert version_of(files) != version_of(changed)
