//! Goods combined from words, for whoever wants a large shop: any number of them, each with a name of its own.

use super::SECTIONS;
use super::draft::{CHECKED, Draft, money, only_variant};
use domain::catalog::{CategoryName, Description, ProductName};
use domain::{Currency, Timestamp};

const MAKERS: [&str; 25] = [
    "Northwind",
    "Alderbrook",
    "Castell",
    "Dunmore",
    "Everly",
    "Fairholt",
    "Greywater",
    "Hartwell",
    "Ironbridge",
    "Juniper Lane",
    "Kingsley",
    "Larkfield",
    "Maritime",
    "Norrland",
    "Oakhurst",
    "Pemberton",
    "Quarry Hill",
    "Ravenscar",
    "Silverdale",
    "Thornbury",
    "Umber",
    "Valebrook",
    "Westerly",
    "Yarrow",
    "Zephyr",
];

const QUALITIES: [&str; 20] = [
    "Classic",
    "Compact",
    "Everyday",
    "Essential",
    "Featherweight",
    "Heritage",
    "Limited",
    "Modern",
    "Original",
    "Practical",
    "Premium",
    "Reliable",
    "Select",
    "Signature",
    "Simple",
    "Studio",
    "Traveller's",
    "Trusted",
    "Versatile",
    "Weekend",
];

/// What each category sells, in the order of [`SECTIONS`], with the price that its goods have at least.
const KINDS: [(u32, [&str; 10]); 10] = [
    (
        15,
        [
            "Charger",
            "Headphones",
            "Keyboard",
            "Microphone",
            "Monitor Arm",
            "Mouse",
            "Projector",
            "Radio",
            "Tablet",
            "Webcam",
        ],
    ),
    (
        8,
        [
            "Almanac",
            "Anthology",
            "Atlas",
            "Biography",
            "Cookbook",
            "Dictionary",
            "Handbook",
            "Memoir",
            "Novel",
            "Reader",
        ],
    ),
    (12, ["Blouse", "Cap", "Coat", "Hoodie", "Jacket", "Jeans", "Polo Shirt", "Scarf", "Shorts", "Sweater"]),
    (10, ["Blanket", "Bowl", "Candle Holder", "Cushion", "Lamp", "Mirror", "Pan", "Shelf", "Teapot", "Vase"]),
    (
        6,
        [
            "Bench",
            "Fork",
            "Gloves",
            "Lantern",
            "Planter",
            "Pruner",
            "Seed Tray",
            "Sprinkler",
            "Trellis",
            "Trowel",
        ],
    ),
    (
        7,
        [
            "Board Game",
            "Building Set",
            "Doll",
            "Drum",
            "Jigsaw",
            "Play Tent",
            "Robot",
            "Rocking Horse",
            "Teddy Bear",
            "Train",
        ],
    ),
    (
        9,
        [
            "Backpack",
            "Basketball",
            "Cycling Jersey",
            "Dumbbell",
            "Hiking Boots",
            "Racket",
            "Sleeping Bag",
            "Tent",
            "Water Bottle",
            "Yoga Block",
        ],
    ),
    (
        5,
        [
            "Body Lotion",
            "Brush Set",
            "Cleanser",
            "Conditioner",
            "Day Cream",
            "Face Serum",
            "Hand Soap",
            "Night Cream",
            "Perfume",
            "Shower Gel",
        ],
    ),
    (
        3,
        [
            "Biscuits",
            "Chutney",
            "Coffee",
            "Curry Paste",
            "Granola",
            "Lentils",
            "Muesli",
            "Pasta",
            "Pesto",
            "Syrup",
        ],
    ),
    (
        8,
        [
            "Battery Charger",
            "Brake Cleaner",
            "Car Cover",
            "Engine Oil",
            "Floor Mat",
            "Headlamp Bulb",
            "Jack",
            "Polish",
            "Tool Kit",
            "Tyre Gauge",
        ],
    ),
];

/// Combines the goods of a number. Categories take turns, and each walks through all its combinations before a name
/// gets a mark.
pub(super) fn product(number: usize, created_at: Timestamp, currency: Currency) -> Draft {
    let (section, turn) = (number % SECTIONS.len(), number / SECTIONS.len());
    let (least, kinds) = &KINDS[section];
    // Each wheel is offset by those before it, so that neighbours differ in every word while no combination comes twice.
    let kind = turn % kinds.len();
    let quality = (turn / kinds.len() + kind * 7) % QUALITIES.len();
    let maker = (turn / (kinds.len() * QUALITIES.len()) + kind * 3 + quality) % MAKERS.len();
    let mark = turn / (kinds.len() * QUALITIES.len() * MAKERS.len()) + 1;

    let (maker, quality, kind) = (MAKERS[maker], QUALITIES[quality], kinds[kind]);
    let mark = if mark == 1 { String::new() } else { format!(" Mk {mark}") };
    let name = format!("{maker} {quality} {kind}{mark}");
    let description =
        format!("From {maker}'s {} range: made to be used, and to be mended.", quality.to_lowercase());
    let (units, decimals) = (turn * 37 % 60, ["00", "50", "90", "95"][turn % 4]);
    let price = format!("{}.{decimals}", *least as usize + units);
    let stock = i64::try_from(number * 53 % 127).unwrap_or_default();
    let sku = format!("{}-C{number:06}", SECTIONS[section].prefix);
    Draft {
        category: CategoryName::parse(SECTIONS[section].name).expect(CHECKED),
        name: ProductName::parse(&name).expect(CHECKED),
        description: Description::parse(&description).expect(CHECKED),
        created_at,
        variants: vec![only_variant(&sku, money(currency, &price), stock)],
    }
}
