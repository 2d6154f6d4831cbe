"""What kind of disk a file lies on.

Locks can't be trusted on every network file system, nor can a file that has just been synced there: one
program that writes is safe, two are not.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

_NETWORK = """
9p afpfs afs beegfs ceph cifs coda davfs drvfs fuse.cephfs fuse.curlftpfs fuse.davfs2 fuse.glusterfs
fuse.gvfsd-fuse fuse.rclone fuse.s3fs fuse.sshfs fuse.vmhgfs-fuse gfs gfs2 glusterfs gpfs lustre ncpfs nfs
nfs3 nfs4 ocfs2 orangefs prl_fs smb smb2 smb3 smbfs vboxsf virtiofs vmhgfs webdav
"""
NETWORK = frozenset(_NETWORK.split())
REMOTE = "network drive"  # where only that is known
Mount = tuple[str, str]  # where, of which type


def network_type(path: Path, table: Sequence[Mount] | None = None) -> str:
    """The type of the network file system that a path lies on, "" on a disk of this computer.

    table   what is mounted where; without one, what the system says
    """
    place = str(path.resolve())
    if table is None and os.name == "nt":
        return _windows_type(place)
    mounts = mount_table() if table is None else table
    above = [mount for mount in mounts if _holds(mount[0], place)]
    kind = max(reversed(above), key=lambda mount: len(mount[0]), default=("", ""))[1]  # the last one there
    return kind if kind in NETWORK else ""


def mount_table() -> list[Mount]:
    """What is mounted where, in order; [] where the system doesn't say."""
    try:
        text = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return _mount_command()
    return [(fields[1], fields[2]) for fields in map(_linux, text.splitlines()) if fields]


def _linux(line: str) -> list[str]:
    """The fields of a line, whose blanks are written as \\040."""
    fields = [re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), part) for part in line.split(" ")]
    return fields if len(fields) >= 3 else []


def _mount_command() -> list[Mount]:
    """As BSD and macOS tell it: `//anna@server/rides on /Volumes/rides (smbfs, nodev)`."""
    try:
        told = subprocess.run(["mount"], capture_output=True, text=True, timeout=2, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    found = (re.match(r".* on (/.*) \(([\w.]+)", line) for line in told.splitlines())
    return [(match[1], match[2]) for match in found if match]


def _holds(point: str, place: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")


def _windows_type(place: str) -> str:
    import ctypes

    if place.startswith("\\\\") and not place.startswith("\\\\?\\"):
        return REMOTE
    drive_remote = 4
    root = os.path.splitdrive(place)[0] + "\\"
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    return REMOTE if kernel.GetDriveTypeW(root) == drive_remote else ""
