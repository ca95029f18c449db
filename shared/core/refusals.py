"""The codes of refusals: what a caller's program goes by, each of them for good."""

from __future__ import annotations

from typing import Literal

# Why a thing that is there is past what was asked for.
Conflict = Literal[
    "already_decided",
    "campaign_closed",
    "campaign_not_open",
    "campaign_not_planned",
    "campaign_not_running",
    "campaign_under_way",
    "claimed",
    "files_gone",
    "job_ended",
    "job_open",
    "no_poster",
    "not_waiting",
    "nothing_to_take_back",
    "other_attempt",
    "poster_recalled",
    "repaint_under_way",
    "unreviewed",
    "upload_gone",
    "vehicle_not_offered",
    "version_offered",
    "version_outdated",
    "version_recalled",
    "version_refused",
]
Refusal = Literal[
    Conflict,
    "erased",
    "failed_behind",
    "forbidden",
    "internal",
    "invalid",
    "key_reused",
    "not_accepting",
    "not_found",
    "too_large",
    "too_many",
    "unauthorized",
    "unavailable",
    "unreadable",
]
