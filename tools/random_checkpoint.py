"""Write weights of SDXL's shape that nobody trained: enough for a ComfyUI to run the workflows.

    python random_checkpoint.py MODELS_FOLDER [SEED]

Needs torch and safetensors, so it runs in the environment of a ComfyUI, not in the bundle's.
A loader tells the family from names and shapes alone; 320 channels, a context of 2048 and the
sizes of the two text encoders are fixed, levels and depths are read from the file: three levels
with one block each and transformers of depth 0, 2, 5 count as a small SDXL. The decoder is the tiny
autoencoder's. 1.9 GB, most of it zeros in the text encoders, whose embeddings alone are random.
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Shape = tuple[int, ...]
# Name, shape, and how far values spread: 1 is N(0, 1/fan_in), 0 zeros, None all ones.
Weight = tuple[str, Shape, float | None]

CHECKPOINT = "checkpoints/random_sdxl.safetensors"
LORA = "loras/random_sdxl_style.safetensors"
CONTROLNET = "controlnet/random_sdxl_depth.safetensors"
_WIDTH, _TIME, _CONTEXT, _LABEL, _LATENT = 320, 1280, 2048, 2816, 4
_DEPTHS = (0, 2, 5)
_HINT_WIDTHS = (16, 16, 32, 32, 96, 96, 256, _WIDTH)


def linear(
    name: str, out: int, into: int, *, spread: float = 1.0, bias: bool = True
) -> Iterator[Weight]:
    yield f"{name}.weight", (out, into), spread
    if bias:
        yield f"{name}.bias", (out,), 0.0


def conv(
    name: str, out: int, into: int, *, side: int = 3, spread: float = 1.0, bias: bool = True
) -> Iterator[Weight]:
    yield f"{name}.weight", (out, into, side, side), spread
    if bias:
        yield f"{name}.bias", (out,), 0.0


def norm(name: str, width: int) -> Iterator[Weight]:
    """Yield a normalisation's weights: ones and zeros."""
    yield f"{name}.weight", (width,), None
    yield f"{name}.bias", (width,), 0.0


def residual(name: str, into: int) -> Iterator[Weight]:
    """Yield a residual block's weights; its last convolution is kept small, so values stay so."""
    yield from norm(f"{name}.in_layers.0", into)
    yield from conv(f"{name}.in_layers.2", _WIDTH, into)
    yield from linear(f"{name}.emb_layers.1", _WIDTH, _TIME)
    yield from norm(f"{name}.out_layers.0", _WIDTH)
    yield from conv(f"{name}.out_layers.3", _WIDTH, _WIDTH, spread=0.02)
    if into != _WIDTH:
        yield from conv(f"{name}.skip_connection", _WIDTH, into, side=1)


def transformer(name: str, depth: int) -> Iterator[Weight]:
    yield from norm(f"{name}.norm", _WIDTH)
    yield from linear(f"{name}.proj_in", _WIDTH, _WIDTH)
    for number in range(depth):
        yield from _transformer_block(f"{name}.transformer_blocks.{number}")
    yield from linear(f"{name}.proj_out", _WIDTH, _WIDTH)


def _transformer_block(name: str) -> Iterator[Weight]:
    for attention, context in (("attn1", _WIDTH), ("attn2", _CONTEXT)):
        yield from linear(f"{name}.{attention}.to_q", _WIDTH, _WIDTH, bias=False)
        yield from linear(f"{name}.{attention}.to_k", _WIDTH, context, bias=False)
        yield from linear(f"{name}.{attention}.to_v", _WIDTH, context, bias=False)
        yield from linear(f"{name}.{attention}.to_out.0", _WIDTH, _WIDTH)
    yield from linear(f"{name}.ff.net.0.proj", 8 * _WIDTH, _WIDTH)
    yield from linear(f"{name}.ff.net.2", _WIDTH, 4 * _WIDTH)
    for number in (1, 2, 3):
        yield from norm(f"{name}.norm{number}", _WIDTH)


def _block(name: str, into: int, depth: int) -> Iterator[Weight]:
    yield from residual(f"{name}.0", into)
    if depth:
        yield from transformer(f"{name}.1", depth)


def encoder_half(prefix: str) -> Iterator[Weight]:
    """Yield embeddings, downward blocks and the middle, which a ControlNet has as well."""
    for name, into in (("time_embed", _WIDTH), ("label_emb.0", _LABEL)):
        yield from linear(f"{prefix}{name}.0", _TIME, into)
        yield from linear(f"{prefix}{name}.2", _TIME, _TIME)
    yield from conv(f"{prefix}input_blocks.0.0", _WIDTH, _LATENT)
    for level, depth in enumerate(_DEPTHS):
        yield from _block(f"{prefix}input_blocks.{2 * level + 1}", _WIDTH, depth)
        if level < len(_DEPTHS) - 1:
            yield from conv(f"{prefix}input_blocks.{2 * level + 2}.0.op", _WIDTH, _WIDTH)
    yield from residual(f"{prefix}middle_block.0", _WIDTH)


def unet(prefix: str = "model.diffusion_model.") -> Iterator[Weight]:
    """Yield the diffusion model's weights."""
    yield from encoder_half(prefix)
    number = 0
    for level, depth in reversed(list(enumerate(_DEPTHS))):
        for last in (False, True):
            name = f"{prefix}output_blocks.{number}"
            yield from _block(name, 2 * _WIDTH, depth)
            if last and level:
                yield from conv(f"{name}.{2 if depth else 1}.conv", _WIDTH, _WIDTH)
            number += 1
    yield from norm(f"{prefix}out.0", _WIDTH)
    yield from conv(f"{prefix}out.2", _LATENT, _WIDTH)


def tiny_autoencoder(prefix: str = "first_stage_model.") -> Iterator[Weight]:
    """Yield the weights of a TAESD: sequences of convolutions and blocks by position."""
    yield from _sequence(f"{prefix}taesd_encoder", "c3 b d b b b d b b b d b b b o4", 64)
    yield from _sequence(f"{prefix}taesd_decoder", "_ c4 _ b b b _ d b b b _ d b b b _ d b o3", 64)
    yield f"{prefix}vae_scale", (), None
    yield f"{prefix}vae_shift", (), 0.0


def _sequence(prefix: str, steps: str, width: int) -> Iterator[Weight]:
    """Yield convolutions in (c) and out (o), without bias (d), blocks of three (b), nothing (_)."""
    for position, step in enumerate(steps.split()):
        name, kind, channels = f"{prefix}.{position}", step[0], int(step[1:] or 0)
        if kind == "c":
            yield from conv(name, width, channels)
        elif kind == "o":
            yield from conv(name, channels, width, spread=0.2)
        elif kind == "d":
            yield from conv(name, width, width, bias=False)
        elif kind == "b":
            for inner in (0, 2, 4):
                yield from conv(f"{name}.conv.{inner}", width, width)


def clip_l(prefix: str = "conditioner.embedders.0.transformer.text_model.") -> Iterator[Weight]:
    """Yield the small text encoder's weights; only its embeddings are not zero."""
    yield f"{prefix}embeddings.token_embedding.weight", (49408, 768), 1.0
    yield f"{prefix}embeddings.position_embedding.weight", (77, 768), 0.5
    for layer in range(12):
        name = f"{prefix}encoder.layers.{layer}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from linear(f"{name}.self_attn.{part}", 768, 768, spread=0.0)
        yield from linear(f"{name}.mlp.fc1", 3072, 768, spread=0.0)
        yield from linear(f"{name}.mlp.fc2", 768, 3072, spread=0.0)
        yield from norm(f"{name}.layer_norm1", 768)
        yield from norm(f"{name}.layer_norm2", 768)
    yield from norm(f"{prefix}final_layer_norm", 768)


def clip_g(prefix: str = "conditioner.embedders.1.model.") -> Iterator[Weight]:
    """Yield the large text encoder's weights; only its embeddings and projection are not zero."""
    yield f"{prefix}token_embedding.weight", (49408, 1280), 1.0
    yield f"{prefix}positional_embedding", (77, 1280), 0.5
    for layer in range(32):
        name = f"{prefix}transformer.resblocks.{layer}"
        yield f"{name}.attn.in_proj_weight", (3840, 1280), 0.0
        yield f"{name}.attn.in_proj_bias", (3840,), 0.0
        yield from linear(f"{name}.attn.out_proj", 1280, 1280, spread=0.0)
        yield from linear(f"{name}.mlp.c_fc", 5120, 1280, spread=0.0)
        yield from linear(f"{name}.mlp.c_proj", 1280, 5120, spread=0.0)
        yield from norm(f"{name}.ln_1", 1280)
        yield from norm(f"{name}.ln_2", 1280)
    yield from norm(f"{prefix}ln_final", 1280)
    yield f"{prefix}text_projection", (1280, 1280), 1.0


def checkpoint() -> Iterator[Weight]:
    yield from unet()
    yield from tiny_autoencoder()
    yield from clip_l()
    yield from clip_g()


def lora(rank: int = 4) -> Iterator[Weight]:
    """Yield a LoRA on one layer of the diffusion model and one of a text encoder."""
    layers = {
        "lora_unet_input_blocks_5_1_proj_in": (_WIDTH, _WIDTH),
        "lora_te1_text_model_encoder_layers_0_mlp_fc1": (3072, 768),
    }
    for name, (out, into) in layers.items():
        yield f"{name}.lora_up.weight", (out, rank), 1.0
        yield f"{name}.lora_down.weight", (rank, into), 1.0
        yield f"{name}.alpha", (), None


def controlnet() -> Iterator[Weight]:
    """Yield a ControlNet for that model: its lower half, the hint's way in, and what it adds."""
    yield from encoder_half("")
    into = 3
    for number, width in enumerate(_HINT_WIDTHS):
        yield from conv(f"input_hint_block.{2 * number}", width, into)
        into = width
    for number in range(2 * len(_DEPTHS)):
        yield from conv(f"zero_convs.{number}.0", _WIDTH, _WIDTH, side=1, spread=0.1)
    yield from conv("middle_block_out.0", _WIDTH, _WIDTH, side=1, spread=0.1)


def write(path: Path, weights: Iterator[Weight], seed: int) -> None:
    """Write a safetensors file of 16-bit floats; the same seed gives the same bytes."""
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(seed)
    tensors = {name: _tensor(shape, spread, generator) for name, shape, spread in weights}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(path))
    count = sum(each.numel() for each in tensors.values())
    print(f"{path}: {len(tensors)} tensors, {count / 1e6:.1f}M weights")


def _tensor(shape: Shape, spread: float | None, generator: Any) -> Any:
    import torch

    if spread is None:
        return torch.ones(shape, dtype=torch.float16)
    if spread == 0:
        return torch.zeros(shape, dtype=torch.float16)
    fan_in = math.prod(shape[1:])
    values = torch.randn(shape, generator=generator) * (spread / math.sqrt(fan_in))
    return values.to(torch.float16)


if __name__ == "__main__":
    models, start = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    write(models / CHECKPOINT, checkpoint(), start)
    write(models / LORA, lora(), start + 1)
    write(models / CONTROLNET, controlnet(), start + 2)
