"""The wall board."""

from console.ui.pages import Page


class BoardPage(Page):
    """The state of every group at a glance."""
