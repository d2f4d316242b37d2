"""The console: its themes, the keys that work everywhere, and which workspace is open."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import ClassVar

from rich.console import RenderableType
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import WorkerFailed

from scimtui.directory import Person
from scimtui.text import printable
from scimtui.tui.doors import Doors
from scimtui.tui.in_order import InOrder
from scimtui.tui.screens.first_run import FirstRunScreen
from scimtui.tui.screens.help import HelpScreen
from scimtui.tui.screens.profiles import ProfilesScreen
from scimtui.tui.screens.request_log import RequestLogScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.sections import (
    CONNECTION,
    MAPPING,
    SCREENS,
    SETUP,
    SIGN_IN,
    USERS,
    WITH_PROFILE,
    WITHOUT_PROFILE,
    InSection,
)
from scimtui.tui.shelf import Shelf
from scimtui.tui.theme import DARK, LIGHT
from scimtui.workspace import Workspace

_NOTICE_SECONDS = 10
_KEYS = {"escape": "Esc", "enter": "⏎"}
_BASE = 2  # Textual's own empty screen, and a section


class ScimtuiApp(InOrder):
    """One console; `workspace` is None on the first run.

    Attributes:
        step: a walkthrough's to begin with; empty for section Setup, None for neither.
        now: the clock, UTC, where no workspace has one.
        fault: of our own, that it stopped on; None for none.
        was_sending: whether a correction was under way then.
    """

    TITLE = "scimtui"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 as Textual declares it
    CSS = """
    Toast { padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="quit"),
        Binding("question_mark", "help", "help", key_display="?", id="help"),
        Binding("f1", "help", "help", key_display="F1", id="help-in-a-field"),
        Binding("p", "profiles", "profiles", show=False, id="profiles"),
        Binding("l", "request_log", "request log", show=False, id="request-log"),
        Binding("t", "toggle_theme", "dark or light", show=False, id="theme"),
        *(
            Binding(str(number), f"section({number})", name, show=False, id=f"section-{number}")
            for number, name in enumerate(WITH_PROFILE, 1)
        ),
    ]

    def __init__(
        self,
        doors: Doors,
        workspace: Workspace | None = None,
        *,
        theme: str = "scimtui-dark",
        step: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.now = now
        self._first_step = step
        self.doors = doors
        self.workspace = workspace
        self.shelf = Shelf()
        self._sections: dict[str, InSection] = {}
        self._told_unsaved = False
        self.fault: BaseException | None = None
        self.was_sending = False
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
            self.push_screen(self._section(USERS))
        if self._first_step is not None:
            self.call_later(self.show_step, self._first_step)

    @property
    def section_names(self) -> tuple[str, ...]:
        """The sections that work now."""
        return WITH_PROFILE if self.workspace is not None else WITHOUT_PROFILE

    def _section(self, name: str) -> InSection:
        """A section's screen, made once for a workspace; it stays as it was left."""
        if name not in self._sections:
            if self.workspace is None and name not in WITHOUT_PROFILE:
                raise KeyError(name)
            module, kind = SCREENS[name]
            home = import_module(f"scimtui.tui.screens.{module}")
            made: InSection = getattr(home, kind)(self.workspace, self.shelf)
            self._sections[name] = made
            self.install_screen(made, f"section-{name}")
        return self._sections[name]

    async def show_section(self, name: str) -> None:
        """Open a section; what lies above it is left."""
        if name not in self.section_names:
            return
        wanted = self._section(name)
        while len(self.screen_stack) > _BASE:
            await self.pop_screen()
        if self.workspace is None:  # the sections lie above the first run
            await self.push_screen(wanted)
        elif self.screen is not wanted:
            await self.switch_screen(wanted)

    def read_people_again(self) -> None:
        """Something was changed: the list is read anew behind whatever is in front."""
        users = self._sections.get(USERS)
        if isinstance(users, UsersScreen):
            users.action_refresh()

    async def look_for(self, query: str) -> None:
        """Open the list of people with this search."""
        await self.show_section(USERS)
        users = self._sections.get(USERS)
        if isinstance(users, UsersScreen):
            users.look_for(query)

    async def show_check(self, check: str) -> None:
        """Open the connection test at one check; empty for wherever it stands."""
        from scimtui.tui.screens.connection import ConnectionScreen

        await self.show_section(CONNECTION)
        screen = self._sections.get(CONNECTION)
        if isinstance(screen, ConnectionScreen) and check:
            screen.lead_to(check)

    async def show_step(self, step: str) -> None:
        """Open a walkthrough at one step, named `walkthrough/step`."""
        from scimtui.tui.screens.setup import SetupScreen

        screen = self._section(SETUP)
        if isinstance(screen, SetupScreen):
            screen.lead_to(step)  # before it is shown, so that it does not ask which walkthrough
        await self.show_section(SETUP)

    async def show_mapping(self, idp: str) -> None:
        """Open the mapping review, with that provider's table where nothing was opened yet."""
        from scimtui.tui.screens.mapping import MappingScreen

        screen = self._section(MAPPING)
        if isinstance(screen, MappingScreen) and idp:
            screen.begin(idp)
        await self.show_section(MAPPING)

    async def compare_with(self, person: Person) -> None:
        """Open the sign-in section for one person."""
        await self.show_section(SIGN_IN)
        self._section(SIGN_IN).expect(person)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Numbers open sections from a section or a person, not while something is asked or corrected."""
        if action in ("profiles", "request_log", "toggle_theme"):
            # While something is typed to confirm, a letter must not open anything.
            return not isinstance(self.screen, InSection) or self.screen.leads_to_sections
        if action == "section":
            screen = self.screen
            return isinstance(screen, InSection) and screen.leads_to_sections
        return True

    async def action_section(self, number: int) -> None:
        """Open a section by its number."""
        names = self.section_names
        if number <= len(names):
            await self.show_section(names[number - 1])

    async def open_workspace(self, workspace: Workspace, notice: str = "", section: str = USERS) -> None:
        """Show another workspace in place of the one that is open, with a notice where there is one."""
        former, self.workspace = self.workspace, workspace
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        for one in self._sections.values():
            self.uninstall_screen(one)
            if one.is_attached:
                await one.remove()
        self._sections, self.shelf = {}, Shelf()
        await self.push_screen(self._section(USERS))
        if section != USERS:
            await self.show_section(section)
        if notice:
            self.notify(printable(notice), severity="warning", timeout=_NOTICE_SECONDS, markup=False)
        if former is not None:
            await former.close()

    async def on_unmount(self) -> None:
        if self.workspace is not None:
            await self.workspace.close()

    def get_key_display(self, binding: Binding) -> str:
        """As people know it."""
        return binding.key_display or _KEYS.get(binding.key) or super().get_key_display(binding)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen in front and of the console, by its words."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            title = binding.tooltip or binding.description
            if not binding.id or not title or binding.action in seen or not active.enabled:
                continue
            seen.add(binding.action)
            node, action = active.node, binding.action
            key = self.get_key_display(binding)

            async def run(action: str = action, node: object = node) -> None:
                await self.run_action(action, default_namespace=node)  # type: ignore[arg-type]

            yield SystemCommand(title[0].upper() + title[1:], f"key {key}", run)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave; what is still being read would find no screen to show it on."""
        self.workers.cancel_all()
        super().exit(result, return_code, message)

    async def action_quit(self) -> None:
        """Leave, unless something is being sent."""
        unsaved = next((one.unsaved for one in self._sections.values() if one.unsaved), "")
        if any(isinstance(screen, InSection) and screen.is_applying for screen in self.screen_stack):
            self.bell()
        elif unsaved and not self._told_unsaved:
            self._told_unsaved = True
            self.notify(f"{unsaved}. Ctrl+Q again leaves all the same.", severity="warning", markup=False)
        else:
            await super().action_quit()

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
        error = self._exception or sys.exc_info()[1]
        if isinstance(error, WorkerFailed):
            error = error.error
        if self.fault is None:
            self.fault = error
            self.was_sending = any(
                isinstance(screen, InSection) and screen.is_applying for screen in self.screen_stack
            )
        self.bell()
        self.panic()
