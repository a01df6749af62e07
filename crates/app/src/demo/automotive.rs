//! Goods of the category Automotive.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    single(
        "Jump Starter, 1,500 A",
        "84.00",
        16,
        "Starts a diesel in the cold and charges telephones the rest of the year.",
    ),
    single("Tyre Inflator, Digital", "46.50", 27, "Stops by itself at the pressure that was set."),
    several(
        "Floor Mats, Rubber",
        "Deep channels that keep slush off the carpet; cut to size.",
        "set",
        &[choice("Front Pair", "29.00", 34), choice("Set of Four", "49.00", 22)],
    ),
    several(
        "Wiper Blade, Flat",
        "Quiet, with adapters for every usual arm.",
        "length",
        &[choice("450 mm", "14.50", 60), choice("550 mm", "16.50", 48), choice("650 mm", "18.50", 3)],
    ),
    single(
        "Dash Camera, Front and Rear",
        "129.00",
        11,
        "Records at dusk what the eye would miss; no subscription.",
    ),
    single("Microfibre Cloths, 10 Pieces", "15.90", 125, "Long pile for paint, short pile for glass."),
    single(
        "Emergency Kit, Roadside",
        "38.00",
        31,
        "Triangle, vests, first aid, torch and gloves in one bag.",
    ),
    single("Car Shampoo, 1 Litre", "12.80", 78, "Neutral, thick foam, spares the wax."),
    single("Phone Mount, Magnetic", "19.90", 90, "Grips an air vent and lets go with one hand."),
    single("Snow Brush with Scraper", "17.00", 55, "Telescopic, a brass edge for stubborn ice."),
    single("Tow Rope, 5 Tonnes", "24.60", 37, "Four metres, two forged hooks."),
    single("Leather Care Set", "32.50", 19, "Cleaner, balm and two sponges for seats that should age well."),
    single("OBD Diagnostic Adapter", "29.90", 42, "Reads fault codes over bluetooth and clears them."),
    single("Boot Organiser, Folding", "27.80", 33, "Three compartments, stiff walls, straps that hold."),
    single("Roof Bars, Aluminium", "139.00", 7, "Carries seventy-five kilograms and locks."),
    single("Glass Cleaner, 500 ml", "8.90", 99, "No streaks in low sun."),
    single("Travel Fridge, 24 Litres", "149.00", 0, "Runs on 12 and 230 volts; cools to four degrees."),
    single("Seat Cover, Waterproof", "34.00", 25, "For wet dogs and wet swimmers; comes off in a minute."),
    single("Torque Wrench, 20–200 Nm", "59.00", 14, "Clicks at the figure that the manual names."),
    single("Air Freshener, Cedar Wood", "6.40", 4, "A block of wood and a drop of oil."),
];
