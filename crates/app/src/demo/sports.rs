//! Goods of the category Sports.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    several(
        "Yoga Mat, Natural Rubber",
        "Grips when it gets warm, rolls out flat.",
        "colour",
        &[choice("Forest", "58.00", 24), choice("Clay", "58.00", 19), choice("Night", "62.00", 4)],
    ),
    single(
        "Resistance Bands, Set of Five",
        "22.00",
        77,
        "From five to fifty pounds, with handles and a door anchor.",
    ),
    several(
        "Adjustable Dumbbell",
        "Turns from a light weight to a heavy one in a second.",
        "weight",
        &[choice("12 kg", "129.00", 9), choice("24 kg", "219.00", 5)],
    ),
    single(
        "Foam Roller, 45 cm",
        "26.90",
        41,
        "Firm, with a grooved side for calves and a smooth one for backs.",
    ),
    single(
        "Swimming Goggles, Mirrored",
        "24.00",
        38,
        "Silicone seals, four nose bridges, and a view to the sides.",
    ),
    single("Running Belt", "19.50", 66, "Holds a telephone, keys and two gels without a bounce."),
    single("Football, Size 5", "34.00", 45, "Thermally bonded panels, keeps its shape in the rain."),
    single("Climbing Chalk, 300 g", "12.00", 84, "Fine magnesium carbonate without drying agents."),
    single("Bicycle Helmet, Urban", "69.00", 17, "Rotational protection and a light at the back."),
    single("Skipping Rope, Steel Cable", "16.50", 59, "Ball bearings and a length that sets without tools."),
    single("Tennis Balls, 4 Pieces", "11.90", 130, "Pressurised, approved for tournaments."),
    single("Dry Bag, 20 Litres", "27.00", 33, "Welded seams and a strap for one shoulder."),
    single("Trekking Poles, Folding", "74.00", 12, "Carbon, cork grips, 420 grams the pair."),
    single("Insulated Bottle, 750 ml", "29.00", 71, "Cold for a day, hot for half of one."),
    single("Camping Stove, Gas", "45.00", 0, "Boils half a litre in three minutes and fits into a mug."),
    single("Table Tennis Set", "36.80", 20, "Two bats, three balls and a net that clamps to any table."),
    single("Head Torch, 400 Lumens", "38.00", 28, "Charges over USB-C and has a red light for the tent."),
    single("Kettlebell, Cast Iron, 16 kg", "54.00", 14, "A flat foot and a handle without seams."),
    single("Cycling Gloves, Half Finger", "23.40", 3, "Gel where it matters, towelling where it drips."),
    single("Frisbee, 175 g", "14.00", 88, "Flies straight, floats, and meets the rules of ultimate."),
];
