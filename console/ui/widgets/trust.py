"""Says over any page how far its figures can be trusted, and what stands there while there are none."""

from console.core.floor.policy import Tone
from console.core.floor.view import FloorView
from console.ui.i18n import dotted, render, tr
from console.ui.widgets.notice import EmptyPage, Strip
from console.views.link import Standing, Trust


def show_trust(strip: Strip, view: FloorView, now: Standing) -> None:
    """Say that what stands below is old; nothing while it is live (the past has a bar of its own)."""
    if now.trust is not Trust.OLD:
        strip.hide()
        return
    more = dotted(render(now.said), render(now.reason) if now.reason is not None else "", view.link.detail)
    strip.show_words(tr("What stands here is old and not live"), more, tone=Tone.WARN if now.connecting else now.tone)


def show_nothing_yet(empty: EmptyPage, view: FloorView, now: Standing, *, icon: str) -> None:
    """Say why there is nothing: the floor is empty, on its way, or out of reach."""
    if now.trust is Trust.LIVE:
        empty.show_words(
            tr("The floor is connected, but has no queues yet"),
            tr("As soon as the ACD has a queue or an agent signs in, they appear here by themselves."),
            icon=icon,
        )
        return
    detail = view.link.detail
    reason = render(now.reason) if now.reason is not None else tr("The first picture of the floor is on its way.")
    empty.show_words(
        render(now.said),
        f"{reason}\n{detail}" if detail and now.reason is not None else reason,
        tone=now.tone,
        button="" if now.connecting and now.reason is None else tr("Check the connection"),
    )
