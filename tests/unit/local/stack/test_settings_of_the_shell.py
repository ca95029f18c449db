"""Settings given to the local stack count; those that it must decide itself are named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from local.one_process import SETTINGS, environment
from local.options import StackOptions
from local.shell_settings import check, divided
from local.stack import LocalStack
from shared.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_SHELL = {
    "PATH": "/bin",
    "HOME": "/root",
    "MAX_ATTEMPTS": "2",
    "DRIVER_OPEN_JOBS": "3",
    "ANNOUNCE": "after_review",
    "OSS_ENDPOINT": "https://oss-cn-shanghai.aliyuncs.com",
    "DASHSCOPE_API_KEY": "sk-somebodys",
    "COMMUNITY_URL": "https://community.example.com",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "sts",
    "POSTER_DAYS": "3",
    "LABEL_PRODUCER": "",
}


def test_the_running_stack_has_what_the_shell_says_and_remarks_the_rest(tmp_path: Path) -> None:
    with LocalStack(tmp_path, StackOptions(given=_SHELL)) as stack:
        seen = dict(os.environ)  # noqa: TID251

        assert seen["MAX_ATTEMPTS"] == "2"
        assert seen["DRIVER_OPEN_JOBS"] == "3"
        assert seen["ANNOUNCE"] == "after_review"
        assert seen["OSS_ENDPOINT"] == stack.urls["oss"]
        assert seen["DASHSCOPE_API_KEY"] != "sk-somebodys"
        assert seen["COMMUNITY_URL"].startswith("http://127.0.0.1:")
    (remark,) = stack.remarks
    assert remark.endswith(
        "ALIBABA_CLOUD_SECURITY_TOKEN, COMMUNITY_URL, DASHSCOPE_API_KEY, OSS_ENDPOINT, POSTER_DAYS"
    )


def test_every_setting_either_counts_or_is_named() -> None:
    shell = dict.fromkeys(SETTINGS, "1")

    counted, vain = divided(shell, {"OSS_ENDPOINT"})

    assert set(counted) | set(vain) == SETTINGS
    assert not set(counted) & set(vain)
    assert {"TEXT_MODEL", "GATE_MASTER_SEAM", "LOG_LEVEL", "SEASON_CAP"} <= set(counted)


def test_a_wrong_value_stops_the_start_and_is_named_not_shown(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path, StackOptions(given={"MAX_ATTEMPTS": "seven"}))

    with pytest.raises(SettingsError, match="MAX_ATTEMPTS") as refused:
        stack.start()

    assert "seven" not in str(refused.value)


def test_what_no_setting_needs_is_not_asked_for() -> None:
    with pytest.raises(SettingsError, match="STATE_BUCKET"):
        check({})


def test_settings_of_the_shell_do_not_reach_the_functions_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "of-a-deployment")
    monkeypatch.setenv("EDITOR", "vi")

    with environment({"STATE_BUCKET": "local"}):
        assert "ALIBABA_CLOUD_SECURITY_TOKEN" not in os.environ  # noqa: TID251
        assert os.environ["EDITOR"] == "vi"  # noqa: TID251

    assert os.environ["ALIBABA_CLOUD_SECURITY_TOKEN"] == "of-a-deployment"  # noqa: TID251
