"""What tells one model folder from another, and its licence; standard library only."""

import hashlib
import json
import re
from pathlib import Path

from prefdesk.errors import ModelError
from prefdesk.models import tensors

MAX_TOKENIZER_BYTES = 256 << 20


def fingerprint(folder: Path, model_type: str, files: list[tuple[Path, tensors.Header]]) -> str:
    """32 hex digits from the kind of model, a sample of every tensor's bytes, and the vocabulary.

    Reading every byte of a large model would take minutes; the first and last KiB of each tensor
    tell two trainings of one architecture apart. The other settings stay out because every
    version of transformers writes them differently.
    """
    digest = hashlib.blake2b(model_type.encode(), digest_size=16)
    for path, header in files:
        with path.open("rb") as file:
            for tensor in sorted(header.tensors, key=lambda t: t.name):
                digest.update(f"\n{tensor.name} {tensor.dtype} {tensor.shape} ".encode())
                for at in (tensor.start, max(tensor.start, tensor.end - 1024)):
                    file.seek(at)
                    digest.update(file.read(min(1024, tensor.end - at)))
    digest.update(_vocabulary(folder))
    return digest.hexdigest()


def _vocabulary(folder: Path) -> bytes:
    """The tokens and their ids, independent of the layout of tokenizer.json."""
    file = folder / "tokenizer.json"
    if not file.is_file():
        names = [n for n in ("tokenizer.model", "vocab.json") if (folder / n).is_file()]
        return hashlib.blake2b((folder / names[0]).read_bytes()).digest()
    if file.stat().st_size > MAX_TOKENIZER_BYTES:
        raise ModelError("tokenizer.json is larger than a tokenizer can be.")
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        added = [(int(t["id"]), str(t["content"])) for t in body.get("added_tokens") or ()]
        vocabulary = body["model"]["vocab"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError("tokenizer.json is damaged.", "Copy the file again.") from error
    return json.dumps([sorted(added), vocabulary], sort_keys=True).encode()


def licence(folder: Path) -> str:
    """What the model card's front matter or the licence file's title says, or an empty string."""
    card = folder / "README.md"
    if card.is_file():
        with card.open(encoding="utf-8", errors="replace") as file:
            front = file.read(20_000)
        if front.startswith("---"):
            found = re.search(
                r"^licen[sc]e:[ \t]*([^\n]+)$", front.split("\n---", 1)[0], re.MULTILINE
            )
            if found:
                return found[1].strip().strip("'\"")[:80]
    for name in ("LICENSE", "LICENSE.txt", "LICENCE", "LICENSE.md"):
        if (folder / name).is_file():
            with (folder / name).open(encoding="utf-8", errors="replace") as file:
                lines = (line.strip() for line in file.read(2_000).splitlines())
            return next((line[:80] for line in lines if line), "")
    return ""
