"""The composition root: settings → adapters, built when first asked for, once an instance.

Every vendor is imported inside the function that needs it, so a function's cold start pays for
nothing it does not use.
"""

from shared.bootstrap.keeping import reset
from shared.bootstrap.rules import (
    admission_rules,
    announcement_settings,
    callback_settings,
    gate_thresholds,
    id_key,
    identity_settings,
    job_settings,
    model_settings,
    picture_limits,
    picture_settings,
    season_rules,
    upkeep_settings,
    upload_limits,
    upload_settings,
    vehicle_limits,
)
from shared.bootstrap.stores import (
    catalogue,
    circuits,
    clock,
    control,
    jobs,
    mount,
    state,
)
from shared.bootstrap.vendors import (
    announcer,
    invoker,
    prompt_model,
    prompt_model_named,
    queue,
    scene_model_named,
    scene_models,
    second_look,
    style_judge_named,
)

__all__ = [
    "admission_rules",
    "announcement_settings",
    "announcer",
    "callback_settings",
    "catalogue",
    "circuits",
    "clock",
    "control",
    "gate_thresholds",
    "id_key",
    "identity_settings",
    "invoker",
    "job_settings",
    "jobs",
    "model_settings",
    "mount",
    "picture_limits",
    "picture_settings",
    "prompt_model",
    "prompt_model_named",
    "queue",
    "reset",
    "scene_model_named",
    "scene_models",
    "season_rules",
    "second_look",
    "state",
    "style_judge_named",
    "upkeep_settings",
    "upload_limits",
    "upload_settings",
    "vehicle_limits",
]
