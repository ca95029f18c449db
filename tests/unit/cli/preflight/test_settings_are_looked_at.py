"""Settings, keys and addresses: each mistake is named, and no value is ever shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from shared.settings.every import GROUPS
from tests.unit.cli.preflight.case import Services, found, levels, world

if TYPE_CHECKING:
    from pathlib import Path

    from cli.preflight.findings import Finding

_REQUIRED = [
    *("ID_KEY", "JWT_ISSUER", "JWT_JWKS", "DASHSCOPE_API_KEY", "EAS_SERVICE_URL", "EAS_TOKEN"),
    *("STUDIO_OIDC_ISSUER", "STUDIO_SESSION_KEY"),
]


def one(lines: list[Finding], part: str) -> Finding:
    """Return the one line that says this."""
    (line,) = [each for each in lines if part in each.what]
    return line


def test_a_complete_shell_has_nothing_missing(well: dict[str, str], services: Services) -> None:
    for check in ("settings", "keys", "JWT keys", "addresses", "stack file", "triggers"):
        assert levels(found(world(services, well), check)) == {"ok"}, check


@pytest.mark.parametrize("name", _REQUIRED)
def test_a_missing_setting_is_named_with_what_it_is(
    well: dict[str, str], services: Services, name: str
) -> None:
    lines = found(world(services, {**well, name: ""}), "settings")

    described = {str(f.alias): f.description for g in GROUPS for f in g.model_fields.values()}
    line = one(lines, f"{name} is not set")
    assert line.level == "failure"
    assert str(described[name]) in line.what


def test_a_misspelt_setting_is_recognised(well: dict[str, str], services: Services) -> None:
    given = {**well, "EAS_TOKEN": "", "EAS_TOKENS": "x"}

    assert (
        "did you mean 'EAS_TOKENS'?" in one(found(world(services, given), "settings"), "EAS").what
    )


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("ID_KEY", "short", "ID_KEY is wrong"),
        ("COMMUNITY_SECRETS", "secret-without-its-prefix", "COMMUNITY_SECRETS"),
        ("CALLBACK_SECRETS", "whsec_c2hvcnQ=", "CALLBACK_SECRETS"),
        ("COMMUNITY_URL", "https://elsewhere.example.com/x", "ANNOUNCE_HOSTS"),
        ("ANNOUNCE", "sometimes", "ANNOUNCE is wrong"),
        ("STUDIO_SESSION_KEY", "short", "STUDIO_SESSION_KEY is wrong"),
        ("STUDIO_OIDC_ISSUER", "http://issuer.example.com", "STUDIO_OIDC_ISSUER is no https"),
        ("STUDIO_PICTURE_HOSTS", "ftp://pictures.example.com", "STUDIO_PICTURE_HOSTS is no https"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_and_not_shown(
    well: dict[str, str], services: Services, name: str, value: str, part: str
) -> None:
    lines = found(world(services, {**well, name: value}), "settings")

    assert one(lines, part).level == "failure"
    assert value not in str(lines)


@pytest.mark.parametrize("name", ["TEXT_MODEL", "PICTURE_MODEL", "SEASON_CAP"])
def test_why_a_setting_is_wrong_and_what_it_is_are_two_sentences(
    well: dict[str, str], services: Services, name: str
) -> None:
    lines = found(world(services, {**well, name: "nobody-knows"}), "settings")

    described = {str(f.alias): f.description for g in GROUPS for f in g.model_fields.values()}
    why, what = one(lines, name).what.split(". ", 1)
    assert why.startswith(f"{name} is wrong: ")
    assert "Value error" not in why
    assert what == described[name]


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("DASHSCOPE_API_KEY", "0123456789abcdef0123456789abcdef", "failure"),
        ("EAS_TOKEN", "Bearer ZWFzLXRva2VuLW9mLXRo", "failure"),
        ("EAS_TOKEN", "ZWFz", "warning"),
        ("ID_KEY", "abababababababababababababababab", "failure"),
        ("STUDIO_SESSION_KEY", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "failure"),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "", "warning"),
        ("LABEL_PRODUCER", "", "warning"),
    ],
)
def test_a_key_of_the_wrong_shape_is_noticed(
    well: dict[str, str], services: Services, name: str, value: str, level: str
) -> None:
    (line,) = found(world(services, {**well, name: value}), "keys")

    assert line.level == level
    assert name in line.what
    assert line.remedy
    assert not value or value not in line.what


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("PUBLIC_BASE_URL", "http://posters.maker.example.com"),
        ("JWT_ISSUER", "http://identity.maker.example.com"),
        ("EAS_SERVICE_URL", "http://1.cn-shanghai.pai-eas.aliyuncs.com/api/predict/x"),
        ("EAS_SERVICE_URL", "https://1.vpc.cn-shanghai.pai-eas.aliyuncs.com/x"),
    ],
)
def test_an_address_that_would_give_a_secret_away_is_a_failure(
    well: dict[str, str], services: Services, name: str, url: str
) -> None:
    (line,) = found(world(services, {**well, name: url}), "addresses")

    assert line.level == "failure"
    assert name in line.what


def _rsa(bits: int) -> dict[str, str]:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from jwt.algorithms import RSAAlgorithm

    public = rsa.generate_private_key(65537, bits).public_key()
    text: str = RSAAlgorithm.to_jwk(public)
    return {**json.loads(text), "kid": "rsa"}


def test_faulty_key_sets_are_refused_for_their_fault(
    well: dict[str, str], services: Services
) -> None:
    (good,) = json.loads(well["JWT_JWKS"])["keys"]
    cases = {
        "is no JSON object": "[]",
        "holds no keys": '{"keys": []}',
        "private part": json.dumps({"keys": [{**good, "d": "AAAA"}]}),
        "no key of JWT_JWKS": json.dumps({"keys": [{**good, "alg": "HS256"}]}),
    }
    for part, text in cases.items():
        lines = found(world(services, {**well, "JWT_JWKS": text}), "JWT keys")
        assert one(lines, part).level == "failure", part


def test_a_key_that_verifies_nothing_is_named_and_the_others_count(
    well: dict[str, str], services: Services
) -> None:
    (good,) = json.loads(well["JWT_JWKS"])["keys"]
    beside = {
        "for the use 'enc'": {**good, "use": "enc"},
        "for the algorithm 'HS256'": {**good, "alg": "HS256"},
        "kind is oct": {"kty": "oct"},
        "kind is EC P-384": {**good, "crv": "P-384"},
        "key_ops do not hold verify": {**good, "key_ops": ["encrypt"]},
        "cannot be read": {**good, "x": "!"},
        "has 1024 bits": _rsa(1024),
    }
    for number, (part, key) in enumerate(beside.items()):
        text = json.dumps({"keys": [good, {**key, "kid": f"other-{number}"}]})
        lines = found(world(services, {**well, "JWT_JWKS": text}), "JWT keys")
        assert one(lines, part).level == "warning", part
        assert f"other-{number} is passed over" in one(lines, part).what
        assert one(lines, "1 of 2 public keys").level == "ok"


def test_a_private_key_in_the_set_is_not_printed(well: dict[str, str], services: Services) -> None:
    (good,) = json.loads(well["JWT_JWKS"])["keys"]
    text = json.dumps({"keys": [{**good, "d": "the-private-part"}]})

    assert "the-private-part" not in str(
        found(world(services, {**well, "JWT_JWKS": text}), "JWT keys")
    )


def test_a_setting_that_never_reaches_the_functions_is_noticed(
    well: dict[str, str], services: Services
) -> None:
    lines = found(world(services, {**well, "MAX_ATTEMPTS": "5"}), "stack file")

    line = one(lines, "MAX_ATTEMPTS")
    assert line.level == "warning"
    assert "s.yaml" in line.remedy


def test_an_environment_too_large_for_the_platform_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    (good,) = json.loads(well["JWT_JWKS"])["keys"]
    many = json.dumps({"keys": [{**good, "kid": f"key-{n}"} for n in range(30)]})

    lines = found(world(services, {**well, "JWT_JWKS": many}), "stack file")

    assert one(lines, "FC takes 4,096").level == "failure"


def test_a_stack_file_that_cannot_be_read_is_a_failure(
    well: dict[str, str], services: Services, tmp_path: Path
) -> None:
    broken = tmp_path / "s.yaml"
    broken.write_text("edition: 3.0.0\nresources: [")

    (line,) = found(world(services, well, stack_file=broken), "stack file")

    assert line.level == "failure"
    assert "cannot be read" in line.what
