"""The console: its themes, the keys that work everywhere, and which workspace is open."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from scimtui.text import printable
from scimtui.tui.doors import Doors
from scimtui.tui.screens.first_run import FirstRunScreen
from scimtui.tui.screens.help import HelpScreen
from scimtui.tui.screens.profiles import ProfilesScreen
from scimtui.tui.screens.request_log import RequestLogScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.theme import DARK, LIGHT
from scimtui.workspace import Workspace

_NOTICE_SECONDS = 30


class ScimtuiApp(App[None]):
    """One console; `workspace` is None on the first run."""

    TITLE = "scimtui"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 as Textual declares it
    CSS = """
    Footer { background: $footer-background; }
    Toast { padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="quit"),
        Binding("question_mark,f1", "help", "help", key_display="?", id="help"),
        Binding("p", "profiles", "profiles", show=False, id="profiles"),
        Binding("l", "request_log", "request log", show=False, id="request-log"),
        Binding("t", "toggle_theme", "dark or light", show=False, id="theme"),
    ]

    def __init__(
        self, doors: Doors, workspace: Workspace | None = None, *, theme: str = "scimtui-dark"
    ) -> None:
        super().__init__()
        self.doors = doors
        self.workspace = workspace
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names, where somebody picks one of Textual's themes."""
        return {"quiet": "#8b93a1", "enterprise": "#7f9ef0", "row-cursor": "#5c3020"}

    def on_mount(self) -> None:
        if self.workspace is None:
            self.push_screen(FirstRunScreen(self.doors))
        else:
            self.push_screen(UsersScreen(self.workspace))

    async def open_workspace(self, workspace: Workspace, notice: str = "") -> None:
        """Show another workspace in place of the one that is open, with a notice where there is one."""
        former, self.workspace = self.workspace, workspace
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(UsersScreen(workspace))
        if notice:
            self.notify(printable(notice), severity="warning", timeout=_NOTICE_SECONDS, markup=False)
        if former is not None:
            await former.close()

    async def on_unmount(self) -> None:
        if self.workspace is not None:
            await self.workspace.close()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen in front and of the console, by its words."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if not binding.id or not binding.description or binding.action in seen or not active.enabled:
                continue
            seen.add(binding.action)
            node, action = active.node, binding.action
            key = self.get_key_display(binding)

            async def run(action: str = action, node: object = node) -> None:
                await self.run_action(action, default_namespace=node)  # type: ignore[arg-type]

            title = binding.tooltip or binding.description
            yield SystemCommand(title[0].upper() + title[1:], f"key {key}", run)

    def action_help(self) -> None:
        """Help for the screen in front."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_profiles(self) -> None:
        """Choose another profile."""
        if not isinstance(self.screen, ProfilesScreen):
            self.push_screen(ProfilesScreen(self.doors))

    def action_request_log(self) -> None:
        """Every request of this run."""
        if self.workspace is not None and not isinstance(self.screen, RequestLogScreen):
            self.push_screen(RequestLogScreen(self.workspace.log))

    def action_toggle_theme(self) -> None:
        """Dark to light and back."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def _fatal_error(self) -> None:
        # Textual's own report prints the locals of every frame; they can hold people's data.
        error = sys.exc_info()[1]
        self.bell()
        self.panic(
            f"scimtui stopped on a fault of its own: {type(error).__name__}. "
            "Nothing was changed by this; please report it with this line."
        )
