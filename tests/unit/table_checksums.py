"""Rows and column sums of the published tables, from the paper's print and not from the files."""

CHECKSUMS = {
    "jug2016_table1": (3, {"density_per_g": 2.079e17, "concentration_ppm": 20.92}),
    "jug2016_table2": (
        3,
        {
            "temperature_K": 2.86,
            "D_min_K": 1.57,
            "D0_min_K_A2": 1.579e5,
            "D0_max_K_A2": 8.60e5,
        },
    ),
    "jug2016_table3": (3, {"density_per_g": 6.208e17, "concentration_ppm": 54.64}),
    "jug2016_table4": (
        3,
        {
            "temperature_K": 3.70,
            "D_min_K": 0.98,
            "D0_min_K_A2": 1.583e5,
            "D0_max_K_A2": 7.64e5,
        },
    ),
    "jug2016_text": (23, {"value": None}),
}
"""Rows, and the sum of each column of numbers, added up by hand from the paper."""
