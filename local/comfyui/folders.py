"""What a node imports of ComfyUI, offered as its modules while a workflow runs."""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

_FOLDERS: Final = "folder_paths"
_MANAGEMENT: Final = "comfy.model_management"
_ANNOTATED = re.compile(r"(?P<name>.*) \[(?P<kind>input|output)\]")
# Two engines in one process must not swap each other's folders.
_ONE_AT_A_TIME = threading.RLock()


class InterruptProcessingException(Exception):  # noqa: N818  ComfyUI's own name
    """The running graph is to end."""


class Folders:
    """Input and output of one engine; `earlier` is where outputs of earlier runs lie."""

    def __init__(self, input_folder: Path, output_folder: Path, earlier: Path) -> None:
        self.input = input_folder
        self.output = output_folder
        self.user = input_folder.parent / "user"
        self._earlier = earlier

    def resolve(self, annotated: str) -> Path | None:
        """Return the file that `name` or `name [output]` means; None when outside its folder."""
        found = _ANNOTATED.fullmatch(annotated)
        base = self._earlier if found and found["kind"] == "output" else self.input
        path = (base / (found["name"] if found else annotated)).resolve()
        return path if path.is_relative_to(base.resolve()) else None

    def save_path(self, prefix: str) -> tuple[Path, str, int, str]:
        """Return folder, file name, next counter and subfolder for a filename_prefix."""
        subfolder, name = str(Path(prefix).parent), Path(prefix).name
        subfolder = "" if subfolder == "." else subfolder
        folder = (self.output / subfolder).resolve()
        if not folder.is_relative_to(self.output.resolve()):
            msg = "**** ERROR: Saving image outside the output folder is not allowed."
            raise Exception(msg)  # as plain as ComfyUI's own
        folder.mkdir(parents=True, exist_ok=True)
        taken = [_counter(name, path) for path in (folder, self._earlier / subfolder)]
        return folder, name, max(taken) + 1, subfolder


def _counter(name: str, folder: Path) -> int:
    numbered = re.compile(re.escape(name) + r"_(\d+)_\..*")
    matches = (numbered.fullmatch(path.name) for path in folder.glob("*"))
    return max((int(match[1]) for match in matches if match), default=0)


@contextmanager
def offered(folders: Folders, interrupted: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Put ComfyUI's modules in place, and take them away again."""

    def stop_if_interrupted() -> None:
        if interrupted():
            raise InterruptProcessingException

    modules = {name: ModuleType(name) for name in (_FOLDERS, "comfy", _MANAGEMENT)}
    modules[_FOLDERS].__dict__.update(
        get_input_directory=lambda: str(folders.input),
        get_output_directory=lambda: str(folders.output),
        user_directory=str(folders.user),
        folders=folders,
    )
    modules[_MANAGEMENT].__dict__.update(
        throw_exception_if_processing_interrupted=stop_if_interrupted
    )
    with _ONE_AT_A_TIME:
        before = {name: sys.modules.get(name) for name in modules}
        sys.modules.update(modules)
        try:
            yield
        finally:
            for name, module in before.items():
                del sys.modules[name]
                if module is not None:
                    sys.modules[name] = module
