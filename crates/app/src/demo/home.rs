//! Goods of the category Home.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    single(
        "Stoneware Dinner Set, 12 Pieces",
        "84.00",
        19,
        "Plates and bowls for four with a reactive glaze; no two are alike.",
    ),
    several(
        "Linen Duvet Cover",
        "Stone-washed flax that grows softer with every wash.",
        "size",
        &[choice("Single", "79.00", 22), choice("Double", "109.00", 18), choice("King", "129.00", 5)],
    ),
    single(
        "Cast-Iron Skillet, 26 cm",
        "42.00",
        34,
        "Seasoned with flaxseed oil, ready for the oven and the fire.",
    ),
    single(
        "Beeswax Candles, Set of Six",
        "23.50",
        58,
        "Hand-dipped, eight hours each, a faint smell of honey.",
    ),
    single(
        "Oak Chopping Board",
        "36.00",
        27,
        "End grain that closes over the cut, with a groove for juices.",
    ),
    single("Wool Throw, Herringbone", "68.00", 15, "Woven in a small mill from lambswool, fringed by hand."),
    single(
        "French Press, 1 Litre",
        "31.90",
        44,
        "Double-walled steel that keeps coffee hot through a second cup.",
    ),
    several(
        "Bath Towel, Waffle Weave",
        "Dries fast and takes little room.",
        "colour",
        &[choice("Chalk", "18.00", 70), choice("Slate", "18.00", 46), choice("Rust", "18.00", 3)],
    ),
    single("Wall Clock, Birch", "39.50", 20, "A silent sweep movement behind a face of birch ply."),
    single("Glass Storage Jars, 5 Pieces", "28.00", 62, "Airtight bamboo lids, from 250 ml to 2 litres."),
    single("Paring Knife, Carbon Steel", "21.00", 51, "Takes an edge in a minute and keeps it for weeks."),
    single("Reading Lamp, Brass Arm", "94.00", 8, "A counterweighted arm that stays where it is put."),
    single("Jute Rug, 120 × 180 cm", "75.00", 12, "Hand-braided, reversible, kind to bare feet."),
    single("Enamel Kettle, 1.7 Litres", "37.50", 0, "Whistles, suits every hob, and can be mended."),
    single("Laundry Basket, Willow", "45.00", 16, "Woven on a steamed frame with a cotton lining."),
    single("Soap Dish, Soapstone", "14.50", 83, "Drains to the side and never chips."),
    single("Picture Frame, Walnut, A3", "32.50", 39, "Mitred corners, real glass and an acid-free mount."),
    single("Felt Slippers, House Guests", "26.00", 24, "Three pairs in one bag, for whoever comes by."),
    single("Mortar and Pestle, Granite", "33.00", 4, "Four kilograms that stay on the table."),
    single("Tea Towels, Set of Three", "16.90", 97, "Half linen, woven with a loop for the hook."),
];
