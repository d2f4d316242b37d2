"""Reading a file, a pipe, or what somebody pastes at a prompt.

A terminal in its usual mode cuts a pasted line after 4,095 characters and says nothing; so the prompt
reads without lines.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from scimtui.cli.failures import WRONG_USE, Failure, say

_MOST_BYTES = 128 * 2**20
_END = b"\x04"


_CAPTURE = "paste the capture or type a NameID"


def text_of(source: str, *, asked: str = _CAPTURE, exact: bool = True) -> str:
    """The text of a file, or of standard input for `-`.

    Args:
        asked: what somebody at a terminal is asked to do.
        exact: whether bytes that are no UTF-8 are refused; else a sign stands for each.

    Raises:
        Failure: it can't be read, or is no text.
        KeyboardInterrupt: Ctrl-C at the prompt.
    """
    data = bytes_of(source, asked=asked)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding, "strict" if exact else "replace")
    except UnicodeDecodeError:
        message = f"{source}: this is no text\nnext: give the exported file as it is"
        raise Failure(message, WRONG_USE) from None


def bytes_of(source: str, *, asked: str = _CAPTURE) -> bytes:
    """What is in a file, or comes from standard input for `-`.

    Raises:
        Failure: it can't be read, or is too large.
        KeyboardInterrupt: Ctrl-C at the prompt.
    """
    if source == "-":
        data = _pasted(asked) if sys.stdin.isatty() else sys.stdin.buffer.read(_MOST_BYTES + 1)
    else:
        try:
            with Path(source).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except OSError as error:
            hint = ""
            if isinstance(error, FileNotFoundError):
                hint = "\nnext: name a file; a text goes in by a pipe or at a prompt, in place of FILE a -"
            raise Failure(f"{source}: {error.strerror or error}{hint}", WRONG_USE) from None
    if len(data) > _MOST_BYTES:
        raise Failure(f"{source}: larger than {_MOST_BYTES // 2**20} MiB", WRONG_USE)
    return data


def _pasted(asked: str) -> bytes:
    """Everything up to Ctrl-D, from a terminal that hands on every byte as it comes."""
    import termios

    say(f"{asked}, then Enter and Ctrl-D (Ctrl-C leaves)")
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    unlined = termios.tcgetattr(descriptor)
    unlined[3] &= ~termios.ICANON
    unlined[6][termios.VMIN], unlined[6][termios.VTIME] = 1, 0
    collected = bytearray()
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, unlined)
        while len(collected) <= _MOST_BYTES:
            chunk = os.read(descriptor, 65536)
            ended, end, _ = chunk.partition(_END)
            collected += ended
            if end or not chunk:
                break
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        click.echo(err=True)  # below what the terminal echoed
    return _edited(bytes(collected))


def _edited(typed: bytes) -> bytes:
    """What is left after Backspace and Ctrl-U, which the terminal's line mode would have applied."""
    if not any(key in typed for key in (0x7F, 0x08, 0x15)):
        return typed
    kept = bytearray()
    for byte in typed:
        if byte in (0x7F, 0x08):
            while kept and kept[-1] & 0xC0 == 0x80:
                kept.pop()  # the rest of a character of several bytes
            if kept and kept[-1] != 0x0A:
                kept.pop()
        elif byte == 0x15:
            del kept[kept.rfind(b"\n") + 1 :]
        else:
            kept.append(byte)
    return bytes(kept)
