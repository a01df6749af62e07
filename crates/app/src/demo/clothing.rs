//! Goods of the category Clothing.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    several(
        "Harbour Organic T-Shirt",
        "Heavy organic cotton, cut straight, dyed without bleach.",
        "size",
        &[
            choice("S", "22.00", 40),
            choice("M", "22.00", 55),
            choice("L", "22.00", 38),
            choice("XL", "22.00", 4),
        ],
    ),
    several(
        "Fjord Merino Sweater",
        "Fine merino that regulates warmth and needs little washing.",
        "size",
        &[choice("S", "89.00", 9), choice("M", "89.00", 12), choice("L", "89.00", 0)],
    ),
    single("Ridge Wool Beanie", "24.50", 63, "A double-knit cuff in undyed wool."),
    several(
        "Mason Selvedge Jeans",
        "Thirteen-ounce denim that fades to its owner's habits.",
        "size",
        &[
            choice("30", "98.00", 7),
            choice("32", "98.00", 15),
            choice("34", "98.00", 11),
            choice("36", "98.00", 2),
        ],
    ),
    single("Canvas Field Jacket", "129.00", 14, "Waxed cotton with four pockets and a storm flap."),
    single("Everyday Ankle Socks, 5 Pairs", "19.90", 140, "Combed cotton with a seam that lies flat."),
    single(
        "Alder Leather Belt",
        "39.00",
        26,
        "One piece of vegetable-tanned leather and a buckle of solid brass.",
    ),
    several(
        "Tide Linen Shirt",
        "Garment-washed linen with coconut buttons.",
        "colour",
        &[choice("White", "64.00", 20), choice("Sage", "64.00", 13), choice("Navy", "68.00", 17)],
    ),
    single("Drift Rain Poncho", "35.00", 31, "Taped seams, packs into its own pocket."),
    single("Copper Flannel Shirt", "54.00", 24, "Brushed on both sides, checks matched at the pocket."),
    single("Meadow Midi Skirt", "58.50", 18, "Viscose twill with a hidden zip and two real pockets."),
    single("Commuter Chinos", "69.00", 33, "Stretch cotton, a reflective turn-up and a pocket that closes."),
    single("Pebble Fleece Vest", "44.90", 5, "Recycled fleece, high collar, cut short enough for a bicycle."),
    single("Silk Square Scarf", "48.00", 0, "Hand-rolled edges and a print of harbour maps."),
    single("Trail Sun Hat", "27.00", 49, "A wide brim with a chin cord; crushable."),
    several(
        "Loft Down Gilet",
        "Traceable down in a shell that keeps off drizzle.",
        "size",
        &[choice("M", "110.00", 8), choice("L", "110.00", 10)],
    ),
    single(
        "Seamless Running Tights",
        "46.00",
        37,
        "A waistband that stays up and a pocket that holds a telephone still.",
    ),
    single("Cable-Knit Cardigan", "79.00", 12, "Lambswool with horn buttons and elbow patches."),
    single("Pyjama Set, Brushed Cotton", "52.00", 28, "Piped edges, a breast pocket, and room to turn over."),
    single("Waterproof Work Gloves", "17.80", 76, "A breathable membrane under grippy palms."),
];
