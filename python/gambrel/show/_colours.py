# SPDX-License-Identifier: Apache-2.0
"""The colours of pictures and cards: those of Okabe and Ito, which the colour-blind can tell apart.

They and the colours of operator classes and bounds are the compiled part's (numeric/palette.hpp); the two light fills
are ours.
"""

from __future__ import annotations

from .. import _core

_named = _core.palette
BLUE, ORANGE, GREEN, VERMILION = _named["blue"], _named["orange"], _named["green"], _named["vermilion"]
PURPLE, SKY, YELLOW = _named["purple"], _named["sky"], _named["yellow"]
BLACK, GREY, FAINT = _named["black"], _named["grey"], _named["faint"]

#: Of lines, in the order taken.
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, BLACK)

#: Of parts: a part has the same colour in every picture and card.
COLOURS = {
    **{key: colour for name in ("operator_class", "bound", "training_part") for key, _, _, colour in _core.enum_tables[name]},
    "weights": BLUE,
    "buffers": ORANGE,
    "activations": ORANGE,
    "logits": PURPLE,
    "graphs": VERMILION,
    "communication": BLACK,
    "reserve": GREY,
    "kv": GREEN,
    "kv_free": "#CFEBE2",
    "left": "#EDEDED",
    "gradients": GREEN,
    "optimizer": SKY,
    "gathered": YELLOW,
    "workspace": VERMILION,
}
