//! Goods of the category Beauty.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    single("Oat Face Cream, 50 ml", "24.00", 56, "Calms dry skin; without perfume and without plastic."),
    several(
        "Solid Shampoo",
        "One bar lasts as long as two bottles.",
        "scent",
        &[choice("Rosemary", "9.80", 92), choice("Citrus", "9.80", 67), choice("Unscented", "9.80", 5)],
    ),
    single("Rose Hip Oil, 30 ml", "18.90", 48, "Cold-pressed from wild fruit, in dark glass."),
    single("Safety Razor, Brass", "42.00", 23, "A weight that does the work, and blades for pennies."),
    several(
        "Lip Balm Tin",
        "Beeswax, shea, and nothing else to remember.",
        "scent",
        &[choice("Mint", "6.50", 140), choice("Honey", "6.50", 115), choice("Cherry", "6.90", 0)],
    ),
    single("Sunscreen SPF 50, 100 ml", "21.50", 37, "Mineral filters that leave no white veil."),
    single("Clay Mask, Green", "15.00", 44, "Powder to mix with water, enough for twenty evenings."),
    single("Boar Bristle Hairbrush", "33.00", 18, "Spreads the hair's own oil; the handle is pear wood."),
    single("Bath Salts, Lavender, 500 g", "13.90", 75, "Coarse sea salt and lavender from a hillside farm."),
    single("Hand Balm, 75 ml", "12.40", 83, "Sinks in at once, made for people who work with paper."),
    single(
        "Cotton Make-Up Pads, 14 Pieces",
        "16.00",
        61,
        "Washable, in a bag that goes into the machine along.",
    ),
    single("Shaving Soap in a Bowl", "22.80", 29, "Dense lather, sandalwood, a lid of beech."),
    single("Eau de Toilette, Cedar, 50 ml", "58.00", 13, "Cedar, vetiver and a little smoke."),
    single("Nail Care Set, 6 Pieces", "27.50", 32, "Hardened steel in a case of cork."),
    single("Facial Toner, Witch Hazel", "14.60", 51, "Alcohol-free; for the minute after washing."),
    single("Konjac Sponge", "8.20", 97, "Cleans with water alone and goes onto the compost."),
    single("Beard Oil, 30 ml", "19.40", 4, "Argan and jojoba with a note of bergamot."),
    single("Massage Candle", "26.00", 21, "Burns to a warm oil of soy and almond."),
    single("Deodorant Cream, 60 ml", "11.70", 69, "Bicarbonate and zinc in a glass jar; lasts three months."),
    single("Jade Roller", "23.00", 0, "Two stones, one for the brow and one for beneath the eyes."),
];
