"""Where a project lies: on a disk of this computer, a network disk, a FAT stick, a synced folder.

A log beside the file needs locks and shared memory that all who open the file have in common;
network disks promise that and do not keep it. FAT knows no file above 4 GiB. A program that
synchronises folders copies the file while it is written, and puts other versions in its place.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefdesk.errors import DiskFull, NotWritable

RISK = "PREFDESK_NETWORK_DISKS"
"""Set to 1 by somebody who knows that their network disk keeps locks, and writes from one computer
only: home folders of a university lie on one, and a computer without another disk is of no use."""

_SYSTEM: str = sys.platform
FAT_PROJECT_BYTES = 2 * 2**30
FAT_FILE_BYTES = 4 * 2**30 - 1

NETWORK = frozenset(
    {
        "nfs", "nfs4",  # Unix
        "cifs", "smb3", "smbfs",  # Windows shares
        "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs", "davfs", "fuse.davfs2",
        "9p",  # the host's folders in WSL and in some virtual machines
        "vboxsf", "fuse.vmhgfs-fuse", "vmhgfs", "prl_fs",  # the same in VirtualBox and others
        "afs", "ncpfs", "coda", "fuse.gvfsd-fuse",
    }
)  # fmt: skip
"""File systems, as Linux names them, on which other computers may write too."""

FAT = frozenset({"vfat", "msdos", "fat"})


@dataclass(frozen=True, slots=True)
class Synced:
    """How a synchronised folder is known: by its name, or by a file that lies in it."""

    service: str
    names: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


SYNCED: tuple[Synced, ...] = (
    # A company's Dropbox is called "Dropbox (Company)"; `.dropbox` lies in the top folder.
    Synced("Dropbox", ("Dropbox",), ("Dropbox (",), (".dropbox", ".dropbox.cache")),
    # "OneDrive - Company"; on a Mac in Library/CloudStorage as "OneDrive-Personal".
    Synced("OneDrive", ("OneDrive",), ("OneDrive - ", "OneDrive-")),
    # The folder of iCloud Drive in a Mac's Library, and its name on Windows.
    Synced("iCloud", ("Mobile Documents", "iCloudDrive", "com~apple~CloudDocs"), ("iCloud~",)),
    # "My Drive" alone is no sign: disks are called so.
    Synced("Google Drive", ("Google Drive", "GoogleDrive", ".shortcut-targets-by-id"),
           ("GoogleDrive-",), (".tmp.drivedownload", ".tmp.driveupload")),
    # Both keep their lists of files in the folder itself.
    Synced("Nextcloud", ("Nextcloud",), (), (".nextcloudsync.log",)),
    Synced("ownCloud", ("ownCloud",), (), (".owncloudsync.log", "._sync_journal.db")),
    # Syncthing puts this folder into each folder that it shares.
    Synced("Syncthing", (), (), (".stfolder",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a place: the file system's name, and the service that syncs the folder."""

    file_system: str = ""
    service: str = ""

    @property
    def is_network(self) -> bool:
        """True where other computers may write the same files."""
        return self.file_system in NETWORK

    @property
    def is_fat(self) -> bool:
        """True where no file can be larger than 4 GiB."""
        return self.file_system in FAT


def of(path: Path) -> Place:
    """What is known of the place of a file that need not exist yet."""
    return Place(file_system(path), service(path))


def file_system(path: Path) -> str:
    """The file system of a path in Linux' words; empty where it is not known.

    On Windows only what the drive is: a network drive is `cifs` here. On a Mac it is not known,
    since Python's `statvfs` does not give its name.
    """
    try:
        if _SYSTEM == "linux":
            mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
            return parse(mounts.splitlines(), os.path.realpath(path))
        if _SYSTEM == "win32":
            return _drive(path)
    except OSError:
        return ""
    return ""


def parse(mountinfo: Iterable[str], path: str) -> str:
    """The file system that holds `path` (absolute, without links), from Linux' list of mounts."""
    best, found = -1, ""
    for line in mountinfo:
        before, _, after = line.rstrip("\n").partition(" - ")
        fields, kind = before.split(" "), after.split(" ")[0]
        if len(fields) < 5 or not kind:
            continue
        mount = _unescaped(fields[4])
        inside = path == mount or path.startswith(mount.rstrip("/") + "/")
        # Of two mounts on one folder the later one covers the earlier.
        if inside and len(mount) >= best:
            best, found = len(mount), kind
    return found


def _unescaped(text: str) -> str:
    # The kernel writes space, tab, newline and backslash as three octal digits.
    for escaped, plain in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(escaped, plain)
    return text


def _drive(path: Path) -> str:
    import ctypes

    remote = 4
    asked: Any = vars(ctypes)["windll"].kernel32.GetDriveTypeW
    kind = asked(os.path.splitdrive(path.absolute())[0] + "\\")
    return "cifs" if kind == remote else ""


def service(path: Path) -> str:
    """The service that synchronises the folder of a path, empty if none is known."""
    for folder in Path(os.path.realpath(path)).parents:
        for one in SYNCED:
            named = folder.name in one.names or folder.name.startswith(one.begins or ("\0",))
            if named or any((folder / mark).exists() for mark in one.marks):
                return one.service
    return ""


def require_writable(path: Path) -> None:
    """Raise `NotWritable` where the place lets nobody write a project safely, or not this user."""
    _require_rights(path)
    found = require_local(path)
    if found in FAT and path.stat().st_size > FAT_PROJECT_BYTES:
        raise NotWritable(
            f"{path.name} is larger than 2 GiB and lies on a disk ({found}) that cannot hold "
            "files above 4 GiB.",
            "Copy it to another disk, or open it for reading only.",
        )


def require_local(path: Path) -> str:
    """Raise `NotWritable` for a place on a network disk; returns the file system's name."""
    found = file_system(path)
    if found in NETWORK and os.environ.get(RISK) != "1":
        raise NotWritable(
            f"{path.name} lies on a network disk ({found}), where two computers could write it "
            "at once and damage it.",
            "Work in a copy on a disk of this computer, or open it for reading only.",
        )
    return found


def _require_rights(path: Path) -> None:
    who = path if not os.access(path, os.W_OK) else path.parent
    if not os.access(who, os.W_OK):
        what = "the file" if who == path else "its folder"
        raise NotWritable(
            f"{path.name} cannot be changed: {what} is write-protected.",
            "Open it for reading only, or copy it to a folder of your own.",
        )


def require_room(path: Path, more_bytes: int) -> None:
    """Raise `DiskFull` where a file cannot grow by so much because of its file system."""
    size = path.stat().st_size
    if size + more_bytes > FAT_FILE_BYTES and file_system(path) in FAT:
        raise DiskFull(
            f"{path.name} would become larger than 4 GiB, which its disk cannot hold.",
            "Copy the project to a disk with another file system, such as exFAT, and go on there.",
        )
