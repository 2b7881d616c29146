# SPDX-License-Identifier: Apache-2.0
"""The colours of pictures and cards: those of Okabe and Ito, which the colour-blind can tell apart.

"Color Universal Design" (2008), recalled. Their yellow is too faint for lines on white and only fills; greys and the
two light fills are ours.
"""

from __future__ import annotations

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, BLACK, GREY, FAINT = "#CC79A7", "#56B4E9", "#F0E442", "#000000", "#8C8C8C", "#D9D9D9"

#: Of lines, in the order taken.
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, BLACK)

#: Of parts: a part has the same colour in every picture and card.
COLOURS = {
    "gemm": BLUE,
    "experts": SKY,
    "prefill_attention": VERMILION,
    "decode_attention": ORANGE,
    "state": YELLOW,
    "element_wise": PURPLE,
    "collective": GREEN,
    "transfer": BLACK,
    "host": GREY,
    "compute": VERMILION,
    "memory_bandwidth": BLUE,
    "interconnect": GREEN,
    "kernel_launch": PURPLE,
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
}
