//! Goods of the category Grocery.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    several(
        "Mountain Green Tea",
        "Spring leaves, pan-fired, with a taste of chestnut.",
        "weight",
        &[choice("100 g", "12.50", 80), choice("250 g", "27.00", 35), choice("1 kg", "89.00", 4)],
    ),
    several(
        "Espresso Beans, House Roast",
        "Cocoa, hazelnut, little acid; roasted every Tuesday.",
        "weight",
        &[choice("250 g", "9.90", 120), choice("1 kg", "34.00", 46)],
    ),
    single(
        "Extra Virgin Olive Oil, 750 ml",
        "19.50",
        64,
        "One grove, one harvest, pressed within four hours.",
    ),
    single("Wildflower Honey, 500 g", "11.80", 73, "Raw, from hives at the edge of a nature reserve."),
    single(
        "Dark Chocolate 72%, 5 Bars",
        "17.90",
        58,
        "Beans from one cooperative, stone-ground for three days.",
    ),
    single("Sea Salt Flakes, 250 g", "7.40", 95, "Crisp pyramids, raked by hand."),
    single("Bronze-Cut Spaghetti, 1 kg", "5.60", 160, "Dried slowly, so that the sauce holds."),
    single("Smoked Paprika, 75 g", "4.90", 110, "Oak-smoked for two weeks."),
    single("Granola, Maple and Pecan", "8.70", 84, "Baked in small trays, little sugar, large clusters."),
    single("Raspberry Jam, 340 g", "6.20", 5, "Two parts fruit, one part sugar, cooked in copper."),
    single("Basmati Rice, Aged, 2 kg", "13.20", 52, "Two years old, long-grained, fragrant."),
    single("Almond Butter, 350 g", "10.50", 47, "Roasted almonds and patience."),
    single("Dried Porcini, 50 g", "9.30", 39, "Thick slices, enough for two risottos."),
    single("Apple Cider Vinegar, 500 ml", "6.80", 66, "Unfiltered, with the mother."),
    single("Oat Crackers, Rosemary", "3.90", 135, "Good with cheese, good without."),
    single("Peppermint Tea, Loose, 80 g", "7.90", 77, "Whole leaves that fill the room."),
    single("Balsamic Vinegar, Aged 8 Years", "28.00", 15, "Thick, sweet, by the drop."),
    single("Sardines in Olive Oil, 3 Tins", "12.90", 43, "Caught in season, packed by hand."),
    single("Marzipan Fruits, 200 g", "14.50", 0, "Painted one by one; back before the holidays."),
    single(
        "Spice Box, Seven Tins",
        "31.00",
        24,
        "Cumin, coriander, turmeric, mustard, chilli, cardamom, cinnamon.",
    ),
];
