"""Sets of keys for readers who know another program. Each names the actions whose keys differ from the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

#: The tabs that keys open.
TABS = range(1, 10)


class Preset(NamedTuple):
    """A set of keys."""

    about: str
    #: Keys by the name of the action in the settings.
    keys: Mapping[str, str]


#: By the name in the settings. The empty name stands for the defaults.
PRESETS: Mapping[str, Preset] = {
    "": Preset("the defaults", MappingProxyType({})),
    "vim": Preset(
        "digits are counts (`5 j`), tabs open with `g 1` or `Alt+1`, `y y` copies",
        {
            **{f"view_{number}": f"g {number},alt+{number}" for number in TABS},
            "copy_link": "y y",
            "copy_bibtex": "Y,y b",
            "next_pane": "tab,ctrl+w w,ctrl+w l",
            "previous_pane": "shift+tab,ctrl+w W,ctrl+w h",
        },
    ),
    "emacs": Preset(
        "`Ctrl+n` and `Ctrl+p` move, `Ctrl+s` searches, `Ctrl+g` goes back, `Alt+x` opens the palette",
        {
            "down": "ctrl+n,down,j",
            "up": "ctrl+p,up,k",
            "page_down": "pagedown,ctrl+x right_square_bracket",
            "page_up": "pageup,alt+v,ctrl+x left_square_bracket",
            "first": "alt+a",
            "bottom": "end,alt+e,G",
            "search": "ctrl+s,slash",
            "back": "escape,ctrl+g",
            "next_pane": "tab,ctrl+x o",
            "next_view": "l,right,ctrl+x n",
            "previous_view": "h,left,ctrl+x p",
            "refresh": "g,R",
            "copy_link": "alt+w,y",
            "undo": "ctrl+underscore,ctrl+x u,u",
            "palette": "alt+x",
            "quit": "ctrl+x ctrl+c,q,ctrl+q,ctrl+c",
            **{f"view_{number}": str(number) for number in TABS},
        },
    ),
    "newsboat": Preset(
        "`n` and `p` go to unread papers, `N` marks as read, `r` refreshes, `g` sorts, `q` goes back, `Q` quits",
        {
            "previous": "p",
            "mark_read": "N",
            "refresh": "r,R",
            "pdf": "v",
            "page_select": "V",
            "first": "circumflex_accent",
            "bottom": "end,dollar_sign",
            "sort": "g",
            "bookmark": "b,s,ctrl+b",
            "page_up": "pageup",
            "next_view": "l,right,J",
            "back": "escape,q",
            "quit": "Q,ctrl+q,ctrl+c",
            **{f"view_{number}": str(number) for number in TABS},
            "previous_view": "h,left",
        },
    ),
}
