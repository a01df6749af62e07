//! Goods of the category Books.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    several(
        "The Lighthouse Keeper's Ledger",
        "A novel: three winters on a rock, told through what was bought, mended and lost.",
        "format",
        &[choice("Hardcover", "24.00", 30), choice("Paperback", "13.50", 85)],
    ),
    single(
        "Bread Before Breakfast",
        "28.00",
        22,
        "Forty loaves that rise overnight, with a chapter on keeping a sourdough alive.",
    ),
    single(
        "A Field Guide to Hedgerows",
        "19.95",
        41,
        "What grows, sings and nests between two fields, month by month.",
    ),
    single(
        "Small Gardens, Long Summers",
        "26.50",
        19,
        "Planting plans for courtyards, balconies and the strip beside the bins.",
    ),
    single(
        "The Cartographer's Apprentice",
        "14.90",
        60,
        "An adventure for readers from ten: a map that changes whenever it is folded.",
    ),
    single(
        "Clear Sentences",
        "17.00",
        75,
        "A short course in writing that gets read, with exercises and their answers.",
    ),
    several(
        "Night Trains of Europe",
        "Forty routes, what they cost, and which side of the carriage to sleep on.",
        "format",
        &[choice("Hardcover", "32.00", 8), choice("Paperback", "21.00", 34)],
    ),
    single("The Quiet Kitchen", "29.90", 16, "Vegetable cooking with one pan, one knife and half an hour."),
    single(
        "Statistics Without Tears",
        "34.00",
        27,
        "From the mean to Bayes, with questions that a newspaper could raise.",
    ),
    single("Letters from the Salt Marsh", "15.50", 4, "Essays on tides, birds and staying in one place."),
    single(
        "Woodwork for the Kitchen Table",
        "23.00",
        33,
        "Twelve projects with hand tools, from a spoon to a stool.",
    ),
    single(
        "The Clockmaker of Ghent",
        "12.99",
        92,
        "A historical mystery in which every alibi depends on a different clock.",
    ),
    single(
        "First Steps in Watercolour",
        "18.00",
        45,
        "Ten lessons, a list of six pigments, and permission to waste paper.",
    ),
    single("Moths of the Night Garden", "27.00", 0, "Two hundred species in plates drawn from life."),
    single(
        "How Bridges Stand",
        "22.50",
        38,
        "Arches, trusses and cables, explained with string and cardboard.",
    ),
    single("The Long Way to Breakfast", "11.50", 110, "A picture book about a bear, a toaster and patience."),
    single(
        "Chess in Fifteen Minutes a Day",
        "16.80",
        57,
        "A year of positions, each on one page, from mates in one to quiet endings.",
    ),
    single("Sewing Repairs Made Visible", "20.00", 29, "Darns, patches and stitches that want to be seen."),
    single(
        "Pocket Atlas of the Night Sky",
        "13.00",
        66,
        "Thirty charts that fit a coat pocket and can be read by red light.",
    ),
    single("Tea: A Slow History", "25.00", 2, "Five thousand years of leaves, taxes and manners."),
];
