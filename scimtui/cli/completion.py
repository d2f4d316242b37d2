"""`scimtui completion`: the script that makes the shell complete our commands and options."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from scimtui.cli.failures import WRONG_USE, Failure

_SHELLS = ("bash", "zsh", "fish")
_HINTS = {
    "bash": "scimtui completion bash > ~/.local/share/bash-completion/completions/scimtui",
    "zsh": "scimtui completion zsh > a folder of $fpath, as _scimtui",
    "fish": "scimtui completion fish > ~/.config/fish/completions/scimtui.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS), required=False)
@click.pass_context
def command(ctx: click.Context, shell: str | None) -> None:
    """Print the completion script for bash, zsh or fish (default: the shell in use)."""
    wanted = shell or Path(os.environ.get("SHELL", "")).name
    if wanted not in _SHELLS:
        raise Failure("which shell is not known\nnext: name it, e.g. scimtui completion bash", WRONG_USE)
    kind = get_completion_class(wanted)
    if kind is None:
        raise Failure(f"no completion for {wanted}", WRONG_USE)
    script = kind(ctx.find_root().command, {}, "scimtui", "_SCIMTUI_COMPLETE").source()
    click.echo(re.sub(r"\n{3,}", "\n\n", script))
    click.echo(f"# keep it with: {_HINTS[wanted]}")
