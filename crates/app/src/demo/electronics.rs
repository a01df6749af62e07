//! Goods of the category Electronics.

use super::goods::{Goods, choice, several, single};

pub(super) const GOODS: &[Goods] = &[
    single(
        "Lumen USB-C Hub, 7 Ports",
        "34.90",
        48,
        "HDMI at 4K, two USB-A, two USB-C, SD and microSD in a case of brushed aluminium.",
    ),
    several(
        "Kestrel Wireless Earbuds",
        "Thirty hours with the charging case, bluetooth 5.3, and a fit that stays through a run.",
        "colour",
        &[choice("Graphite", "59.00", 32), choice("Ivory", "59.00", 14), choice("Moss", "64.00", 3)],
    ),
    single(
        "Tern Mechanical Keyboard, 75%",
        "89.00",
        21,
        "Hot-swappable tactile switches, PBT keycaps and a gasket mount that keeps typing quiet.",
    ),
    single(
        "Plover Ergonomic Mouse",
        "29.95",
        64,
        "A vertical grip that rests the wrist; 4,000 dpi and a silent wheel.",
    ),
    several(
        "Beacon Power Bank",
        "Charges a telephone and a laptop at the same time and shows what is left.",
        "capacity",
        &[
            choice("10,000 mAh", "27.50", 40),
            choice("20,000 mAh", "39.90", 25),
            choice("27,000 mAh", "69.00", 0),
        ],
    ),
    single(
        "Halo Desk Lamp with Wireless Charging",
        "49.00",
        17,
        "Five colour temperatures, a 10 W charging pad in the foot and a timer.",
    ),
    single(
        "Robin Bluetooth Speaker, Mini",
        "24.99",
        88,
        "Palm-sized, waterproof to IPX7, and loud enough for a picnic.",
    ),
    single(
        "Osprey 27-inch Monitor, QHD",
        "279.00",
        9,
        "An IPS panel at 100 Hz with height adjustment and a USB-C port that charges a laptop.",
    ),
    single(
        "Wren Webcam, 1080p",
        "39.00",
        36,
        "Autofocus, two microphones and a shutter that slides over the lens.",
    ),
    single(
        "Finch Laptop Stand",
        "32.00",
        52,
        "Folds flat, lifts the screen to eye height and carries eight kilograms.",
    ),
    single(
        "Swift Portable SSD, 1 TB",
        "94.50",
        28,
        "Reads a gigabyte each second and survives a fall from two metres.",
    ),
    single(
        "Heron E-Reader, 7 Inches",
        "149.00",
        12,
        "A glare-free screen with a warm front light, and weeks between charges.",
    ),
    single(
        "Magpie Cable Set, USB-C",
        "21.00",
        120,
        "Three braided cables of 0.5, 1 and 2 metres, each for 100 W.",
    ),
    single(
        "Falcon Gaming Headset",
        "74.00",
        5,
        "Closed cups of memory foam, a detachable microphone and virtual surround sound.",
    ),
    single(
        "Lark Smart Plug, Set of Two",
        "22.90",
        70,
        "Measures what a device draws and switches by timetable, without a cloud.",
    ),
    single(
        "Stork Wi-Fi 6 Router",
        "119.00",
        15,
        "Dual band with four antennas; covers a flat of a hundred square metres.",
    ),
    several(
        "Sparrow Fitness Band",
        "Heart rate, sleep and ten days of battery in fourteen grams.",
        "size",
        &[choice("Small", "45.00", 18), choice("Large", "45.00", 22)],
    ),
    single(
        "Pelican Action Camera",
        "189.00",
        0,
        "Stabilised 4K at 60 frames and a housing that dives to forty metres.",
    ),
    single(
        "Dove Digital Photo Frame",
        "79.90",
        11,
        "Ten inches, a matte panel, and pictures sent from any telephone at home.",
    ),
    single(
        "Starling Rechargeable AA Batteries, 8 Pack",
        "18.50",
        150,
        "Low self-discharge cells of 2,100 mAh that keep their charge for a year.",
    ),
];
