"""Signatures of packs: ed25519 by the package `cryptography`, which is optional.

The key pair is made in the working copy and stays there. The signature covers the manifest, and
the manifest the hash of everything else. Without the package nothing is signed or checked.
"""

from typing import Any

SIZE_BYTES = 64


def _library() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        return None
    return ed25519


def available() -> bool:
    """True if signatures can be made and checked on this machine."""
    return _library() is not None


def new_key() -> bytes:
    """A new private key (32 bytes), or nothing where signatures cannot be made."""
    library = _library()
    if library is None:
        return b""
    key: bytes = library.Ed25519PrivateKey.generate().private_bytes_raw()
    return key


def public_key(private: bytes) -> bytes:
    """The public half of a private key, 32 bytes; empty where there is no key or no package."""
    library = _library()
    if library is None or not private:
        return b""
    key: bytes = (
        library.Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    )
    return key


def sign(private: bytes, message: bytes) -> bytes:
    """The signature of a message, 64 bytes."""
    made: bytes = _library().Ed25519PrivateKey.from_private_bytes(private).sign(message)
    return made


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """True if the signature was made for the message with the private half of this key."""
    from cryptography.exceptions import InvalidSignature

    try:
        _library().Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
