"""A node pack that plays a diffusion model: SDXL's classes, and a plate of sky over ground."""

from __future__ import annotations

from typing import Any

import numpy as np

Inputs = dict[str, dict[str, Any]]


def stage(inputs: dict[str, Any], outputs: tuple[str, ...]) -> type:
    """Return a class that hands on what it was given, once for each output."""

    class Stage:
        """One step of the sampling, which paints nothing."""

        FUNCTION = "run"
        RETURN_TYPES = outputs

        @classmethod
        def INPUT_TYPES(cls) -> Inputs:
            """Declare the inputs."""
            return {"required": inputs}

        def run(self, **given: Any) -> tuple[Any, ...]:
            """Return everything given."""
            return tuple(given for _ in outputs)

    return Stage


class VAEDecode:
    """Paint sky over ground, of the latent's size."""

    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        return {"required": {"samples": ("LATENT",), "vae": ("VAE",)}}

    def run(self, samples: dict[str, Any], vae: Any) -> tuple[Any]:
        """Return [1,H,W,3]."""
        latent = samples["latent_image"]
        picture = np.full((1, latent["height"], latent["width"], 3), 0.55, dtype=np.float32)
        # A sunset, as the sample trip's hour asks for.
        picture[:, : round(0.56 * latent["height"])] = (0.92, 0.67, 0.43)
        return (picture,)


_SIDE = ("INT", {"default": 512, "min": 16, "max": 16384})
_SHARE = ("FLOAT", {"default": 1.0, "min": -10.0, "max": 10.0})
NODE_CLASS_MAPPINGS = {
    "CheckpointLoaderSimple": stage({"ckpt_name": ("STRING", {})}, ("MODEL", "CLIP", "VAE")),
    "LoraLoader": stage(
        {
            "model": ("MODEL",),
            "clip": ("CLIP",),
            "lora_name": ("STRING", {}),
            "strength_model": _SHARE,
            "strength_clip": _SHARE,
        },
        ("MODEL", "CLIP"),
    ),
    "CLIPTextEncode": stage({"text": ("STRING", {}), "clip": ("CLIP",)}, ("CONDITIONING",)),
    "EmptyLatentImage": stage(
        {"width": _SIDE, "height": _SIDE, "batch_size": ("INT", {"default": 1})}, ("LATENT",)
    ),
    "ControlNetLoader": stage({"control_net_name": ("STRING", {})}, ("CONTROL_NET",)),
    "ControlNetApplyAdvanced": stage(
        {
            "positive": ("CONDITIONING",),
            "negative": ("CONDITIONING",),
            "control_net": ("CONTROL_NET",),
            "image": ("IMAGE",),
            "strength": _SHARE,
            "start_percent": _SHARE,
            "end_percent": _SHARE,
        },
        ("CONDITIONING", "CONDITIONING"),
    ),
    "KSampler": stage(
        {
            "model": ("MODEL",),
            "seed": ("INT", {"default": 0, "min": 0}),
            "steps": ("INT", {"default": 20}),
            "cfg": ("FLOAT", {"default": 8.0}),
            "sampler_name": ("STRING", {}),
            "scheduler": ("STRING", {}),
            "positive": ("CONDITIONING",),
            "negative": ("CONDITIONING",),
            "latent_image": ("LATENT",),
            "denoise": _SHARE,
        },
        ("LATENT",),
    ),
    "VAEDecode": VAEDecode,
}
