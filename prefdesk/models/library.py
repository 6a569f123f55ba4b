"""The one door to transformers: offline, silent, without code from model folders.

Import `transformers` from here. The settings stand before the import because huggingface_hub
reads its environment only once.
"""

import os

for _name, _value in {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}.items():
    os.environ[_name] = _value

import transformers  # noqa: E402
from transformers.utils import logging as _logging  # noqa: E402

_logging.set_verbosity_error()
_logging.disable_progress_bar()

LOCAL = {"local_files_only": True, "trust_remote_code": False}
"""Arguments of every `from_pretrained`: nothing is fetched, no code of a folder runs."""

__all__ = ["LOCAL", "transformers"]
