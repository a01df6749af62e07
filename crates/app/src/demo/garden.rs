//! Goods of the category Garden.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    single(
        "Bypass Secateurs, Forged",
        "38.00",
        42,
        "Replaceable blades and a sap groove; cuts twenty-millimetre wood.",
    ),
    single("Copper Watering Can, 5 Litres", "64.00", 11, "A long spout and a fine brass rose for seedlings."),
    several(
        "Raised Bed, Larch",
        "Untreated larch boards with steel corners, without a single tool.",
        "size",
        &[choice("60 × 120 cm", "89.00", 10), choice("120 × 120 cm", "119.00", 7)],
    ),
    single(
        "Hori-Hori Digging Knife",
        "34.50",
        29,
        "A serrated edge, a ruler on the blade and a beech handle.",
    ),
    single(
        "Tomato Seeds, Old Varieties",
        "7.90",
        180,
        "Six packets of open-pollinated kinds, each with its own story.",
    ),
    single(
        "Compost Bin, 300 Litres",
        "72.00",
        14,
        "Recycled plastic with a hatch at the bottom where the good soil is.",
    ),
    single(
        "Kneeling Pad, Waxed Canvas",
        "24.00",
        36,
        "Cork inside, a handle on top, and a pocket for labels.",
    ),
    several(
        "Terracotta Pot",
        "Fired to survive frost, with a saucer.",
        "diameter",
        &[choice("14 cm", "9.50", 90), choice("20 cm", "16.00", 60), choice("30 cm", "34.00", 12)],
    ),
    single("Garden Hose, 25 Metres", "49.90", 23, "Seven layers that do not kink, brass at both ends."),
    single(
        "Bird Feeder, Cedar",
        "29.00",
        31,
        "A roof that lifts for filling and a tray that slides out for cleaning.",
    ),
    single(
        "Solar Path Lights, 8 Pieces",
        "39.00",
        3,
        "Warm light from dusk on, ten hours after a sunny day.",
    ),
    single(
        "Border Spade, Ash Handle",
        "56.00",
        17,
        "A narrow blade of stainless steel that goes between plants.",
    ),
    single("Rain Gauge, Glass", "15.90", 54, "Reads to a tenth of a millimetre; the funnel is copper."),
    single("Herb Seed Collection", "12.50", 105, "Basil, chives, coriander, dill, parsley and thyme."),
    single("Bulb Planter", "18.70", 47, "Cuts a clean core and lets it go again."),
    single("Hammock, Striped Cotton", "69.00", 0, "Wide enough to lie across, with a bag of the same cloth."),
    single(
        "Plant Labels, Slate, 20 Pieces",
        "13.80",
        68,
        "Written with chalk, washed by rain when the season ends.",
    ),
    single("Wheelbarrow, Galvanised", "115.00", 6, "Eighty-five litres and a tyre that cannot puncture."),
    single("Insect Hotel", "27.60", 26, "Bamboo, cones and drilled beech behind a fine mesh."),
    single("Leaf Rake, Bamboo", "21.50", 40, "Light, springy, and gentle to moss."),
];
