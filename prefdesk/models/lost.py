"""A graphics card that stops answering in the middle of the work; standard library only."""

SIGNS = (
    "cuda error",
    "hip error",
    "cuda-capable device",
    "no cuda gpus are available",
    "unspecified launch failure",
    "device lost",
    "device-side assert",
    "mps backend",
)
"""What an error says, in small letters, when the device is gone or cannot be used any more."""

SENTENCE = "The graphics card stopped working."


def is_lost(error: BaseException) -> bool:
    """True if the error says that the device is gone; ask `memory.is_shortage` before."""
    named = type(error).__name__ == "AcceleratorError"
    return named or (
        isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in SIGNS)
    )
