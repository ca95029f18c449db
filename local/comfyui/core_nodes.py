"""Stand-ins for the few core nodes the bundle's workflows use, in NumPy and Pillow."""

# ruff: noqa: N802  INPUT_TYPES and its like are ComfyUI's own names.

import hashlib
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from local.comfyui.folders import Folders


class _CoreNode:
    """What the stand-ins share; each declares the inputs that it requires."""

    CATEGORY = "image"
    REQUIRED: ClassVar[dict[str, Any]]

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, dict[str, Any]]:
        """Declare the inputs."""
        return {"required": cls.REQUIRED}


class LoadImage(_CoreNode):
    """Read a picture of the input folder; the mask is 1 - alpha, as in ComfyUI."""

    FUNCTION = "load"
    RETURN_TYPES = ("IMAGE", "MASK")
    REQUIRED: ClassVar = {"image": ([], {"image_upload": True})}

    @classmethod
    def VALIDATE_INPUTS(cls, image: str) -> bool | str:
        """Refuse a file that is not there."""
        path = _folders().resolve(image)
        return True if path and path.is_file() else f"Invalid image file: {image}"

    @classmethod
    def IS_CHANGED(cls, image: str) -> str:
        """Follow the file's bytes, not its name."""
        path = _folders().resolve(image)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""

    def load(self, image: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return picture [1,H,W,3] and mask [1,H,W]."""
        path = _folders().resolve(image)
        if path is None:
            raise FileNotFoundError(image)
        with Image.open(path) as picture:
            rgb = _floats(np.asarray(picture.convert("RGB")))
            if "A" not in picture.getbands():
                return rgb[None], np.zeros((1, 64, 64), dtype=np.float32)
            return rgb[None], 1 - _floats(np.asarray(picture.getchannel("A")))[None]


class SaveImage(_CoreNode):
    """Write pictures under a counter; truncates to 8 bit, as in ComfyUI."""

    FUNCTION = "save"
    RETURN_TYPES = ()
    OUTPUT_NODE = True

    REQUIRED: ClassVar = {
        "images": ("IMAGE", {"tooltip": "The images to save."}),
        "filename_prefix": ("STRING", {"default": "ComfyUI"}),
    }

    def save(self, images: Any, filename_prefix: str) -> dict[str, Any]:
        """Write prefix_00001_.png and on; list them."""
        folder, name, counter, subfolder = _folders().save_path(filename_prefix)
        listed = []
        for offset, image in enumerate(np.asarray(images)):
            file = f"{name}_{counter + offset:05}_.png"
            codes = np.clip(255.0 * image, 0, 255).astype(np.uint8)
            Image.fromarray(codes).save(folder / file, compress_level=4)
            listed.append({"filename": file, "subfolder": subfolder, "type": "output"})
        return {"ui": {"images": listed}}


class EmptyImage(_CoreNode):
    """A picture of one colour."""

    FUNCTION = "generate"
    RETURN_TYPES = ("IMAGE",)

    REQUIRED: ClassVar = {
        "width": ("INT", {"default": 512, "min": 1, "max": 16384, "step": 1}),
        "height": ("INT", {"default": 512, "min": 1, "max": 16384, "step": 1}),
        "batch_size": ("INT", {"default": 1, "min": 1, "max": 4096}),
        "color": ("INT", {"default": 0, "min": 0, "max": 0xFFFFFF, "step": 1, "display": "color"}),
    }

    def generate(
        self, width: int, height: int, batch_size: int, color: int
    ) -> tuple[NDArray[np.float32]]:
        """Return [B,H,W,3]."""
        rgb = [(color >> shift) & 0xFF for shift in (16, 8, 0)]
        one = _floats(np.array(rgb, dtype=np.uint8))
        return (np.broadcast_to(one, (batch_size, height, width, 3)).copy(),)


class ImageScale(_CoreNode):
    """Resize pictures; Pillow's filters stand in for torch's."""

    CATEGORY = "image/upscaling"
    FUNCTION = "upscale"
    RETURN_TYPES = ("IMAGE",)

    _METHODS: ClassVar = {
        "nearest-exact": "NEAREST", "bilinear": "BILINEAR", "area": "BOX",
        "bicubic": "BICUBIC", "lanczos": "LANCZOS",
    }  # fmt: skip

    REQUIRED: ClassVar = {
        "image": ("IMAGE",),
        "upscale_method": (list(_METHODS),),
        "width": ("INT", {"default": 512, "min": 0, "max": 16384, "step": 1}),
        "height": ("INT", {"default": 512, "min": 0, "max": 16384, "step": 1}),
        "crop": (["disabled", "center"],),
    }

    def upscale(
        self, image: Any, upscale_method: str, width: int, height: int, crop: str
    ) -> tuple[NDArray[np.float32]]:
        """Return [B,height,width,3]; 0 keeps the proportion."""
        batch = np.asarray(image)
        old_height, old_width = batch.shape[1:3]
        width = width or max(1, round(old_width * height / old_height))
        height = height or max(1, round(old_height * width / old_width))
        box = _centre(old_width, old_height, width / height) if crop == "center" else None
        filter_ = Image.Resampling[self._METHODS[upscale_method]]
        return (np.stack([_resized(each, (width, height), filter_, box) for each in batch]),)


_NODES: tuple[type, ...] = (LoadImage, SaveImage, EmptyImage, ImageScale)
CORE_NODES = {node.__name__: node for node in _NODES}


def _folders() -> Folders:
    import folder_paths  # offered by the engine while it runs

    folders: Folders = folder_paths.folders
    return folders


def _floats(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    floats: NDArray[np.float32] = codes.astype(np.float32) / np.float32(255)
    return floats


def _centre(width: int, height: int, aspect: float) -> tuple[float, float, float, float]:
    wanted_width, wanted_height = min(width, height * aspect), min(height, width / aspect)
    x, y = (width - wanted_width) / 2, (height - wanted_height) / 2
    return (x, y, x + wanted_width, y + wanted_height)


def _resized(
    image: NDArray[np.float32],
    size: tuple[int, int],
    filter_: Image.Resampling,
    box: tuple[float, float, float, float] | None,
) -> NDArray[np.float32]:
    planes = [Image.fromarray(np.ascontiguousarray(image[..., c])) for c in range(image.shape[-1])]
    return np.dstack([np.asarray(plane.resize(size, filter_, box=box)) for plane in planes])
