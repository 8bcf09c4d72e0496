"""Bad input of composition, clusters, percolation and packings: argument, value, legal range."""

import numpy as np
import pytest

from etm import alkali, clusters, heat_capacity, packing, percolation, polycluster

NOT_NUMBERS = [
    np.nan,
    np.inf,
    "one",
    "1.0",
    None,
    1j,
    [1.0, np.nan],
    ["1", 2.0],
    [[1.0], [1.0, 2.0]],
]
RNG = np.random.default_rng(1)
PLACES, RADII = RNG.random((40, 3)), np.full(40, 0.05)
COMPOSITION = {
    "polaron": (heat_capacity.polaron, {"T": 1.0, "density": 1e17, "V0": 0.4}),
    "concentration_law": (
        alkali.concentration_law,
        {"x": 0.1, "bulk": 1.0, "surface": 2.0, "exponent": 0.8},
    ),
    "surface_exponent": (alkali.surface_exponent, {"D": 2.5, "D_s": 2.1, "nu": 0.9}),
    "effective_dipole": (
        alkali.effective_dipole,
        {"A_ats": 1e-3, "B_ats": 3e-7, "D_min": 0.9, "mass_density": 2.4, "permittivity": 5.0},
    ),
    "molar_mass": (alkali.molar_mass, {"x": 0.1}),
    "population": (
        alkali.population,
        {"B_ats": 3e-7, "D_min": 0.9, "D0_min": 1.0, "D0_max": 5.0, "flux_area": 3.0},
    ),
    "hamiltonian": (
        clusters.hamiltonian,
        {"tunneling": [1.0, 2.0], "attraction": 1.0, "asymmetries": np.zeros((2, 2))},
    ),
    "symmetric_hamiltonian": (
        clusters.symmetric_hamiltonian,
        {"N": 3, "tunneling": 1.0, "attraction": 1.0},
    ),
    "joint_amplitude": (clusters.joint_amplitude, {"N": 3, "tunneling": 1.0, "attraction": 9.0}),
    "occupy": (percolation.occupy, {"shape": (4, 5), "x": 0.5, "rng": RNG}),
    "void_volume": (polycluster.void_volume, {"radius": 1.0}),
    "cell_radius": (
        polycluster.cell_radius,
        {"ats_density": 9e16, "mass_density": 2.3, "logarithms": 1.0},
    ),
    "coulomb_potential": (
        polycluster.coulomb_potential,
        {
            "points": [0.0, 0.0, 1.0],
            "charges": [1.0],
            "places": [[0.0, 0.0, 0.0]],
            "permittivity": 2.0,
        },
    ),
    "fastest_cooling": (
        polycluster.fastest_cooling,
        {"barrier": 2e4, "T_c": 1500.0, "tau0": 1e-13, "theta": 100.0},
    ),
    "glass_transition": (
        polycluster.glass_transition,
        {"cooling_rate": 1.0, "barrier": 2e4, "T_c": 1500.0, "tau0": 1e-13, "theta": 100.0},
    ),
    "overlap_energy": (packing.overlap_energy, {"places": PLACES, "radii": RADII}),
    "grow": (packing.grow, {"count": 30, "spread": 0.1, "rng": RNG, "step": 0.4}),
    "jiggle": (
        packing.jiggle,
        {"places": PLACES, "radii": RADII, "temperature": 0.1, "steps": 2, "every": 1, "rng": RNG},
    ),
    "tetrahedral_voids": (packing.tetrahedral_voids, {"places": PLACES, "radii": RADII}),
}
"""Functions of composition and structure with a good set of arguments."""
SINGLE = {
    "population": ("B_ats", "D_min", "D0_min", "D0_max", "flux_area"),
    "hamiltonian": ("attraction",),
    "symmetric_hamiltonian": ("N", "tunneling", "attraction"),
    "joint_amplitude": ("N",),
    "occupy": ("x",),
    "coulomb_potential": ("permittivity",),
    "fastest_cooling": ("barrier", "T_c", "tau0", "theta"),
    "glass_transition": ("barrier", "T_c", "tau0", "theta"),
    "grow": ("count", "spread", "step"),
    "jiggle": ("temperature", "steps", "every"),
}
WHOLE = {"symmetric_hamiltonian": {"N": 1}, "joint_amplitude": {"N": 1}, "grow": {"count": 30},
         "jiggle": {"steps": 1, "every": 1}}  # fmt: skip
"""The smallest whole number that is allowed."""


def composition_cases(legal):
    """The numerical arguments whose legal range is the named one."""
    finite = {"bulk", "surface", "asymmetries", "N", "count", "steps", "every", "spread", "places",
              "points", "charges"}  # fmt: skip
    non_negative = {"exponent", "A_ats", "radius", "theta", "temperature"}

    def range_of(name, label):
        if (
            name in finite
            or (label, name) == ("occupy", "x")
            or (label in ("hamiltonian", "symmetric_hamiltonian"))
        ):
            return "finite"
        listed = name in non_negative or (label, name) in (
            ("concentration_law", "x"),
            ("molar_mass", "x"),
            ("polaron", "density"),
            ("joint_amplitude", "tunneling"),
        )
        return "non-negative" if listed else "positive"

    return {
        f"{name} of {label}": (name, lambda x, f=function, k=good, n=name: f(**(k | {n: x})))
        for label, (function, good) in COMPOSITION.items()
        for name in good
        if name not in ("rng", "shape", "flux_area") and range_of(name, label) == legal
    }


FINITE, NON_NEGATIVE, POSITIVE = map(composition_cases, ("finite", "non-negative", "positive"))


def cases(table, values):
    return [
        pytest.param(name, call, bad, id=f"{label}, {bad}")
        for label, (name, call) in table.items()
        for bad in values
        if (name, bad) != ("asymmetries", None)  # which means zeros
    ]


@pytest.mark.parametrize(
    ("name", "call", "bad"), cases(FINITE | NON_NEGATIVE | POSITIVE, NOT_NUMBERS)
)
def test_entries_must_be_finite_numbers(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} (=.*|has shape.*): (must be|rows must)"):
        call(bad)


@pytest.mark.parametrize(("name", "call", "bad"), cases(NON_NEGATIVE | POSITIVE, [-1.0, -1e-300]))
def test_negative_numbers(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} = {bad}: must be finite and >=? 0$"):
        call(bad)


@pytest.mark.parametrize(("name", "call", "bad"), cases(POSITIVE, [0.0]))
def test_zero(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} = 0.0: must be finite and > 0$"):
        call(bad)


def test_every_public_function_is_here():
    """With what has no numerical argument: lattices, labels and matrices, tested below."""
    others = {
        "clusters",
        "spanning",
        "hull",
        "bonds_across",
        "lowest_levels",
        "symmetric_hamiltonian",
    }
    for module in (alkali, clusters, percolation, polycluster, packing):
        assert set(module.__all__) <= set(COMPOSITION) | others


@pytest.mark.parametrize("label", COMPOSITION)
def test_the_good_arguments_of_composition_and_structure_pass(label):
    function, good = COMPOSITION[label]
    if label == "population":
        assert function(**good).flux_area == 3
    else:
        function(**good)


@pytest.mark.parametrize(("label", "name"), [(f, n) for f, names in SINGLE.items() for n in names])
def test_single_numbers_of_composition_and_structure(label, name):
    function, good = COMPOSITION[label]
    with pytest.raises(ValueError, match=rf"^{name} .*\(2,\).*: must be a single number$"):
        function(**(good | {name: [31.0, 32.0]}))


@pytest.mark.parametrize(("label", "name", "low"),
                         [(f, n, low) for f, names in WHOLE.items() for n, low in names.items()])  # fmt: skip
def test_whole_numbers(label, name, low):
    function, good = COMPOSITION[label]
    for bad in (low - 1, low + 0.5, -3):
        with pytest.raises(
            ValueError, match=rf"^{name} = {bad}.*: must be a whole number >= {low}$"
        ):
            function(**(good | {name: bad}))


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("polaron", ("T", "density", "V0")),
        ("concentration_law", ("x", "bulk", "surface", "exponent")),
        ("surface_exponent", ("D", "D_s", "nu")),
        ("effective_dipole", ("A_ats", "B_ats", "D_min", "mass_density", "permittivity")),
        ("joint_amplitude", ("tunneling", "attraction")),
        ("cell_radius", ("ats_density", "mass_density", "logarithms")),
    ],
)
def test_shapes_of_composition_and_structure(label, names):
    function, good = COMPOSITION[label]
    for name in names[1:]:
        with pytest.raises(ValueError, match=r"^\w+ has shape .*: the shapes must broadcast$"):
            function(**(good | {names[0]: np.full(2, 0.5), name: np.full(3, good[name])}))


@pytest.mark.parametrize(
    "call", [alkali.molar_mass, lambda x: alkali.concentration_law(x, 1, 2, 1)]
)
def test_shares_are_at_most_one(call):
    for bad in (1.5, [0.5, 1.5]):
        with pytest.raises(ValueError, match=r"^x = 1.5: must be between 0 and 1$"):
            call(bad)


def test_cutoffs_of_a_population_are_ordered():
    with pytest.raises(ValueError, match=r"^D0_min = 5.0 and D0_max = 4.0: D0_min must be smaller"):
        alkali.population(1e-7, 0.87, 5.0, 4.0)


@pytest.mark.parametrize("bad", [1, 4, 2.5, "2", None, [2], np.array([2, 3])])
def test_wells_of_a_cluster(bad):
    for call in (
        lambda: clusters.hamiltonian([1.0], 1.0, wells=bad),
        lambda: clusters.symmetric_hamiltonian(2, 1.0, 1.0, bad),
    ):
        with pytest.raises(ValueError, match=r"^wells = .*: must be one of 2, 3$"):
            call()


def test_sizes_of_a_cluster():
    for bad in (1.0, [], [[1.0, 2.0]], np.ones(15)):
        with pytest.raises(
            ValueError, match=r"^tunneling has shape .*: must be \(N,\) with N >= 1"
        ):
            clusters.hamiltonian(bad, 1.0)
    for bad in (np.zeros(2), np.zeros((2, 3)), np.zeros((3, 2))):
        with pytest.raises(ValueError, match=r"^asymmetries has shape .*: must be \(2, 2\)$"):
            clusters.hamiltonian([1.0, 1.0], 1.0, bad)
    H = clusters.symmetric_hamiltonian(3, 1.0, 1.0)
    for bad in (0, -1, 1.5):
        with pytest.raises(ValueError, match=rf"^count = {bad}: must be a whole number >= 1$"):
            clusters.lowest_levels(H, bad)
    with pytest.raises(ValueError, match=r"^count = 5: must be between 1 and 4$"):
        clusters.lowest_levels(H, 5)
    for bad in (np.eye(3), None, H[:2]):
        with pytest.raises(ValueError, match=r"(?s)^H = .*: must be a square sparse array$"):
            clusters.lowest_levels(bad, 1)


def test_lattices():
    for bad in (-0.1, 1.1):
        with pytest.raises(ValueError, match=rf"^x = {bad}: must be between 0 and 1$"):
            percolation.occupy((3, 3), bad, RNG)
    for bad in ((3,), (2, 2, 2, 2), ()):
        with pytest.raises(ValueError, match=r"^shape = .*: must have two or three lengths$"):
            percolation.occupy(bad, 0.5, RNG)
    with pytest.raises(ValueError, match=r"^shape = 0: must be a whole number >= 1$"):
        percolation.occupy((3, 0), 0.5, RNG)
    for call in (percolation.clusters, percolation.hull, percolation.bonds_across):
        for bad in (np.ones((3, 3)), np.ones(3, dtype=bool), True, None, np.ones((2,) * 4, bool)):
            with pytest.raises(ValueError, match=r"^lattice of shape .*: must be bool with two"):
                call(bad)
    with pytest.raises(ValueError, match=r"^lattice of shape \(1, 4\): each length must be >= 2$"):
        percolation.bonds_across(np.ones((1, 4), dtype=bool))
    for bad in (
        np.ones((3, 3)),
        [1, 2],
        np.ones((3, 3), dtype=bool),
        1,
        np.empty((0, 3), dtype=int),
    ):
        with pytest.raises(ValueError, match=r"^labels of shape .*: must be whole numbers"):
            percolation.spanning(bad)


@pytest.mark.parametrize("bad", [None, 1, np.random, np.random.RandomState(1)])
def test_source_of_random_numbers(bad):
    for label in ("occupy", "grow", "jiggle"):
        function, good = COMPOSITION[label]
        with pytest.raises(ValueError, match=r"(?s)^rng = .*: must be of class Generator$"):
            function(**(good | {"rng": bad}))


def test_charges_and_points():
    good = COMPOSITION["coulomb_potential"][1]
    for bad in (
        {"points": [0.0, 1.0]},
        {"charges": 1.0},
        {"charges": [1.0, 2.0]},
        {"places": [0.0, 0.0, 0.0]},
        {"places": [[0.0, 1.0]]},
    ):
        with pytest.raises(ValueError, match=r"^points, charges, places have shapes .*: must be"):
            polycluster.coulomb_potential(**(good | bad))
    with pytest.raises(ValueError, match=r"^points: one lies on the charge at \[0. 0. 0.\]$"):
        polycluster.coulomb_potential([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [1.0], [[0.0, 0.0, 0.0]])


@pytest.mark.parametrize("label", ["fastest_cooling", "glass_transition"])
def test_temperatures_of_the_glass_transition(label):
    function, good = COMPOSITION[label]
    for bad in (1500.0, 2000.0):
        with pytest.raises(
            ValueError, match=rf"^theta = {bad} and T_c = 1500.0: theta must be small"
        ):
            function(**(good | {"theta": bad}))
    for bad in ("middle", None, 1, ["lower"]):
        with pytest.raises(ValueError, match=r"^branch = .*: must be one of 'lower', 'upper'$"):
            polycluster.glass_transition(**COMPOSITION["glass_transition"][1], branch=bad)
    with pytest.raises(ValueError, match=r"^cooling_rate = 1e\+30: must not exceed .*no solution$"):
        polycluster.glass_transition(1e30, 2e4, 1500.0, 1e-13)


@pytest.mark.parametrize("label", ["overlap_energy", "jiggle", "tetrahedral_voids"])
def test_particles(label):
    function, good = COMPOSITION[label]
    for bad in ({"places": PLACES[:3]}, {"places": PLACES[:, :1]}, {"radii": 0.1}, {"places": 0.5}):
        with pytest.raises(ValueError, match=r"^places, radii have shapes .*: must be \(n, 2\) or"):
            function(**(good | bad))
    with pytest.raises(
        ValueError, match=r"^radii = 0.25: must be below 1/4 of the edge of the box$"
    ):
        function(**(good | {"radii": np.full(40, 0.25)}))


def test_packings():
    for bad in (-0.1, 0.6):
        with pytest.raises(ValueError, match=rf"^spread = {bad}: must be between 0 and 0.5$"):
            packing.grow(30, bad, RNG)
    for bad in (1, 4, "2", None):
        with pytest.raises(ValueError, match=r"^dimension = .*: must be one of 2, 3$"):
            packing.grow(30, 0.1, RNG, bad)
    with pytest.raises(ValueError, match=r"^places has shape \(40, 2\): must be \(n, 3\)$"):
        packing.tetrahedral_voids(PLACES[:, :2], RADII)
    with pytest.raises(ValueError, match=r"^places of 4 spheres: too few or too regular"):
        packing.tetrahedral_voids(PLACES[:4], RADII[:4])
