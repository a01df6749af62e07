//! Goods of the category Toys.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    single(
        "Wooden Railway Starter Set",
        "44.90",
        25,
        "Thirty pieces of beech, a bridge, and a train with magnets.",
    ),
    single("Marble Run, 80 Pieces", "38.50", 19, "Towers, funnels and a staircase that clicks."),
    several(
        "Plush Fox",
        "Organic cotton outside, wool inside, embroidered eyes.",
        "size",
        &[choice("Small", "19.00", 52), choice("Large", "34.00", 21)],
    ),
    single("Memory Game, Forest Animals", "14.90", 73, "Thirty-six pairs on thick card, painted by hand."),
    single("Balance Bike", "79.00", 9, "Birch ply, air-filled tyres and a saddle that grows along."),
    single("Building Blocks, 100 Pieces", "49.00", 30, "Maple and walnut in a cotton sack, edges rounded."),
    single("Kite, Delta, 140 cm", "26.00", 34, "Flies in the lightest wind; the line is on the reel."),
    single(
        "Watercolour Set for Children",
        "17.50",
        61,
        "Twelve pans, two brushes and a block of real paper.",
    ),
    single(
        "Puzzle, World Map, 500 Pieces",
        "21.90",
        42,
        "Every piece different, with animals where they live.",
    ),
    several(
        "Modelling Clay",
        "Dries in the air, washes off the table.",
        "colour",
        &[choice("Bright", "11.00", 80), choice("Pastel", "11.00", 44), choice("Natural", "11.00", 0)],
    ),
    single(
        "Dolls' House, Three Floors",
        "119.00",
        5,
        "Opens at the front, with a staircase and a working lift.",
    ),
    single("Spinning Tops, Set of Four", "12.00", 95, "Turned from ash; one stands on its head."),
    single("Science Kit: Crystals", "28.50", 27, "Seven experiments, goggles, and a book that explains why."),
    single("Hand Puppets, Family of Five", "32.00", 16, "Felt puppets that fit small hands and large ones."),
    single("Wooden Xylophone", "29.90", 22, "Eight tuned bars and cards with songs by colour."),
    single("Stacking Rings", "15.60", 57, "Seven rings without paint, safe to chew."),
    single("Pirate Ship to Build", "64.00", 13, "Two hundred parts of card and wood; no glue."),
    single("Bubble Wand, Giant", "9.90", 118, "Bubbles as large as a child; the mix is included."),
    single("Card Game, Odd Socks", "13.40", 2, "Fast, funny, for two to six players from five years on."),
    single("Play Kitchen, Beech", "139.00", 0, "A hob that clicks, an oven door that closes softly."),
];
