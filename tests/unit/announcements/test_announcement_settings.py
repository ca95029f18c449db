"""Whom the settings allow to be told, and how their mistakes are named."""

from __future__ import annotations

import pytest

from shared.announcements.addresses import is_allowed
from shared.settings import SettingsError, read
from shared.settings.announcements import AnnouncementSettings

SECRET = "whsec_" + "c2VjcmV0" * 6
_GOOD = {
    "COMMUNITY_URL": "https://community.example.com/hooks/posters",
    "COMMUNITY_SECRETS": SECRET,
    "ANNOUNCE_HOSTS": "community.example.com backend.example.com",
    "PUBLIC_BASE_URL": "https://posters.example.com",
}


@pytest.mark.parametrize(
    "url",
    [
        "https://community.example.com/hook",
        "https://COMMUNITY.example.com:8443/hook?x=1",
        "http://127.0.0.1:8080/hook",
    ],
)
def test_https_to_a_listed_host_and_plain_to_ourselves_are_allowed(url: str) -> None:
    assert is_allowed(url, ("community.example.com", "127.0.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://community.example.com/hook",
        "https://community.example.com.evil.example/hook",
        "https://evil.example/community.example.com",
        "https://community.example.com@evil.example/",
        "https://user:word@community.example.com/",
        "https://127.0.0.2/",
        "http://127.0.0.1.evil.example/",
        "http://localhost/",
        "ftp://community.example.com/",
        "//community.example.com/",
        "https://[::1",
        "https://community.example.com:port/",
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_not(url: str) -> None:
    assert not is_allowed(url, ("community.example.com", "127.0.0.1"))


def test_without_addresses_nobody_is_told_and_nothing_is_wrong() -> None:
    assert read(AnnouncementSettings, {}).endpoints() == {}


def test_a_good_endpoint_has_its_address_and_all_its_secrets() -> None:
    other = "whsec_" + "b3RoZXIh" * 6

    found = read(AnnouncementSettings, {**_GOOD, "COMMUNITY_SECRETS": f"{SECRET} {other}"})

    assert found.endpoints() == {"community": (_GOOD["COMMUNITY_URL"], (SECRET, other))}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"COMMUNITY_URL": "http://community.example.com/"}, "COMMUNITY_URL"),
        ({"ANNOUNCE_HOSTS": "other.example.com"}, "ANNOUNCE_HOSTS"),
        ({"COMMUNITY_SECRETS": ""}, "COMMUNITY_SECRETS"),
        ({"COMMUNITY_SECRETS": "hunter2"}, "COMMUNITY_SECRETS"),
        ({"COMMUNITY_SECRETS": "whsec_c2hvcnQ="}, "COMMUNITY_SECRETS"),
        ({"PUBLIC_BASE_URL": ""}, "PUBLIC_BASE_URL"),
        ({"BACKEND_URL": "https://elsewhere.example.com"}, "BACKEND_URL"),
    ],
)
def test_a_mistake_is_named_and_its_value_is_not_shown(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(AnnouncementSettings, {**_GOOD, **changes})

    shown = [value for value in changes.values() if value and value in str(caught.value)]
    assert shown == []
    assert SECRET not in str(caught.value)
