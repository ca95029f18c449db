"""Every command line of the pages is run by the check, or named in one of its lists."""

from __future__ import annotations

import re

from tests.commands import lists
from tests.commands.pages import commands

_LISTS = (lists.CLOUD, lists.COMFYUI, lists.TESTED, lists.SHORTER)


def test_the_check_can_run_whatever_no_list_names() -> None:
    found = [each for each in commands() if not lists.reason(each.text)]
    wrong = {f"{each.page}: {each.text}": lists.unknown(each.text) for each in found}
    assert {text: words for text, words in wrong.items() if words} == {}, "see lists.py"
    assert len(found) > 40


def test_a_command_of_a_new_kind_is_noticed() -> None:
    assert lists.unknown("kubectl get pods") == ["kubectl"]
    assert lists.unknown("poster job show $OTHER") == ["OTHER"]
    assert lists.unknown("poster vehicles recall VEHICLE") == ["VEHICLE"]


def test_every_entry_of_the_lists_is_needed() -> None:
    texts = [each.text for each in commands()]
    entries = [pattern for each in _LISTS for pattern in each]
    assert [p for p in entries if not any(re.search(p, text) for text in texts)] == []
    assert set(texts) >= lists.USAGE
