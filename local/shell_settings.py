"""Settings that the shell gives to the local stack: which of them count."""

from collections.abc import Collection, Mapping

from local.one_process import SETTINGS
from shared import settings
from shared.settings.every import GROUPS
from shared.settings.retention import RetentionSettings

# How the local stack's functions start each other, and whose keys they have. It deletes nothing by
# its age, either.
_ITS_OWN = {
    *("OSS_REGION", "FC_INVOKER", "FC2_SERVICE", "FUNCTION_PREFIX"),
    *("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    *(str(each.alias) for each in RetentionSettings.model_fields.values()),
}


def divided(
    shell: Mapping[str, str], decided: Collection[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return a shell's settings that count, and the names of those that the stack has decided."""
    given = {name: shell[name] for name in sorted(SETTINGS & shell.keys()) if shell[name]}
    vain = tuple(name for name in given if name in decided or name in _ITS_OWN)
    return {name: text for name, text in given.items() if name not in vain}, vain


def check(variables: Mapping[str, str]) -> None:
    """Read every group once; SettingsError names what is wrong."""
    for group in GROUPS:
        settings.read(group, variables)
