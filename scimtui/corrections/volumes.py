"""Whether a file lies on a network volume, where SQLite's write-ahead log is not safe between machines."""

from __future__ import annotations

from pathlib import Path

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"}
)
_MOUNTS = Path("/proc/self/mounts")


def is_network_volume(file: Path, mounts: str | None = None) -> bool:
    """Whether the file's volume is a network one; False where that can't be told.

    Args:
        mounts: the system's table of mounts; None reads it.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text("utf-8", "replace")
        except OSError:
            return False
    path = file.absolute()
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        place = Path(fields[1].replace("\\040", " ").replace("\\134", "\\"))
        if path.is_relative_to(place) and len(place.parts) >= best:
            best, kind = len(place.parts), fields[2]
    return kind in _NETWORK or kind.startswith("fuse.sshfs")
