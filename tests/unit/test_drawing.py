"""The parts of the drawing: exact arithmetic, random draws, poses, the camera, the surface."""

import ast
import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"
MODULES = sorted((SOLUTION / "drawing").glob("*.py"))

# What a C library, NumPy's vector code or a release of Python may compute otherwise in the last
# bit. `sum` over floats has been compensated since Python 3.12; over whole numbers it is exact.
INEXACT = {
    *("exp", "exp2", "log", "log2", "log10", "power", "pow", "sin", "cos", "tan", "arctan2"),
    *(
        "tanh",
        "hypot",
        "dist",
        "cbrt",
        "sum",
        "mean",
        "average",
        "std",
        "var",
        "dot",
        "matmul",
        "einsum",
    ),
    *("inner", "tensordot", "convolve", "interp", "norm", "linalg", "fft", "random", "prod"),
}
OVER_WHOLE_NUMBERS = {("chance.py", "sum"), ("picture.py", "sum")}
OUR_OWN = {"sin", "cos", "exp"}  # drawing.exact has its own


@pytest.fixture(autouse=True, scope="module")
def drawing_is_importable():
    """The folder of the course source is on the import path, as for its scripts."""
    sys.path.insert(0, str(SOLUTION))
    yield
    sys.path.remove(str(SOLUTION))


# --- the same bits everywhere ----------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_drawing_computes_with_exact_operations_alone(path):
    """No module calls a function, or uses an operator, whose last bit depends on the machine."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Pow, ast.MatMult)):
            if not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.UnaryOp)):
                found.add(type(node.op).__name__)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id if node.func.id not in OUR_OWN else "")

    forbidden = found & (INEXACT | {"Pow", "MatMult"})
    assert {name for name in forbidden if (path.name, name) not in OVER_WHOLE_NUMBERS} == set()


@pytest.mark.parametrize("angle", [0.0, 0.1, -0.7, 1.5707, 3.2, -3.9, 6.2, 40.0])
def test_sine_and_cosine_are_right(angle):
    """The functions of our own agree with those of the C library."""
    from drawing.exact import cos, sin

    assert sin(angle) == pytest.approx(math.sin(angle), abs=1e-13)
    assert cos(angle) == pytest.approx(math.cos(angle), abs=1e-13)


@pytest.mark.parametrize("power", [0.0, 1.0, -1.0, -4.3, 0.01, 12.0])
def test_exponential_is_right(power):
    """So does the exponential."""
    from drawing.exact import exp

    assert exp(power) == pytest.approx(math.exp(power), rel=1e-14)


def test_other_vector_instructions_draw_the_same_pictures():
    """NumPy without the faster instructions of this processor gives the same bytes."""
    code = (
        "import hashlib; from drawing.dataset import render; "
        "print(hashlib.sha256(render(4, seed=3)[0].tobytes()).hexdigest())"
    )
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    digests = set()
    for disabled in ("", " ".join(found)):
        environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled, "PYTHONWARNINGS": ""}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=SOLUTION,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        digests.add(done.stdout.strip())

    assert len(digests) == 1


def test_blur_keeps_flat_fields_and_the_amount_of_light():
    """A blurred field keeps its sum, and one without contrast stays as it is."""
    from drawing.exact import blurred

    spot = np.zeros((15, 15))
    spot[7, 7] = 1.0

    assert blurred(spot, 2).sum() == pytest.approx(1.0)
    assert blurred(spot, 2)[7, 7] < 0.1
    np.testing.assert_allclose(blurred(np.full((6, 6, 3), 0.3), 4), 0.3)
    np.testing.assert_array_equal(blurred(spot, 0), spot)


def test_halved_picture_averages_its_pixels():
    """Each pixel of the smaller picture is the mean of those it stands for."""
    from drawing.exact import halved

    picture = np.arange(16.0).reshape(4, 4)

    np.testing.assert_array_equal(halved(picture, 2), [[2.5, 4.5], [10.5, 12.5]])


AGREED = (0.2747979160912809, "c41834a74e6ece59")  # the first draws of the key 2015, "train", 0

# --- chance ----------------------------------------------------------------------------------


def test_random_numbers_are_those_that_were_agreed():
    """The numbers of a key never change, or all pictures would."""
    from drawing.chance import Chance

    chance = Chance(2015, "train", 0)
    digest = hashlib.sha256(chance.field(3, 5).tobytes()).hexdigest()

    assert (chance.share(), digest[:16]) == AGREED


def test_random_numbers_are_spread_evenly():
    """Ten thousand draws fill ten bins alike, one by one and as a field."""
    from drawing.chance import Chance

    one_by_one = Chance(1)
    draws = np.array([one_by_one.share() for _ in range(10_000)])
    field = Chance(2).field(100, 100)

    for values in (draws, field):
        assert np.histogram(values, bins=10, range=(0, 1))[0].min() > 880
    assert abs(np.corrcoef(field[:, :-1].ravel(), field[:, 1:].ravel())[0, 1]) < 0.04


def test_branches_are_independent_of_what_was_drawn_before():
    """A branch depends on the key and its name, so that a change elsewhere leaves it alone."""
    from drawing.chance import Chance

    early, late = Chance(5, "train", 1), Chance(5, "train", 1)
    late.share()

    assert early.branch("skin").share() == late.branch("skin").share()
    assert early.branch("skin").share() != early.branch("light").share()


def test_weights_are_kept():
    """An option of three times the weight is drawn three times as often."""
    from drawing.chance import Chance

    chance = Chance(6)
    drawn = [chance.choose({"often": 3, "seldom": 1}) for _ in range(2000)]

    assert drawn.count("often") / 2000 == pytest.approx(0.75, abs=0.03)


# --- pose and camera -------------------------------------------------------------------------


@pytest.mark.parametrize("fingers", range(6))
def test_every_way_to_show_a_number_raises_that_many_fingers(fingers):
    """The label is the number of raised fingers in every way in which a number is shown."""
    from drawing.pose import WAYS

    assert {len(set(way)) for way in WAYS[fingers]} == {fingers}


@pytest.mark.parametrize("fingers", range(6))
def test_raised_fingers_point_away_and_folded_ones_come_back(fingers):
    """A raised finger ends far from its knuckle, a folded one near the palm."""
    from drawing.chance import Chance
    from drawing.pose import pose
    from drawing.skeleton import FINGERS, PHALANGES

    for number in range(20):
        posed = pose(Chance(number), fingers)
        for which in FINGERS:
            knuckle, *_, tip = posed.joints[which]
            reach = math.dist(knuckle, tip) / sum(PHALANGES[which])
            assert (reach > 0.85) if which in posed.raised else (reach < 0.85)


@pytest.mark.parametrize("fingers", range(6))
def test_hand_lies_inside_its_picture(fingers):
    """No finger is cut off at the border: it could not be counted."""
    from drawing.camera import look
    from drawing.chance import Chance
    from drawing.pose import pose

    for number in range(20):
        chance = Chance(fingers, number)
        seen = look(chance.branch("view"), pose(chance, fingers), 64)
        for limb in seen.limbs:
            for bone in limb.bones if limb.in_frame else ():
                for point, radius in (
                    (bone.start, bone.start_radius),
                    (bone.end, bone.end_radius),
                ):
                    assert radius <= point[0] <= 64 - radius
                    assert radius <= point[1] <= 64 - radius


@pytest.mark.parametrize("fingers", range(1, 6))
def test_tips_of_raised_fingers_are_seen(fingers):
    """Nothing stands before the tip of a raised finger: what is seen there is the tip."""
    from drawing.camera import look
    from drawing.chance import Chance
    from drawing.pose import pose
    from drawing.solid import surface

    hidden = 0
    for number in range(12):
        chance = Chance("tips", fingers, number)
        posed = pose(chance, fingers)
        seen = look(chance.branch("view"), posed, 64)
        solid = surface(seen.limbs, 64, seen.unit)
        for which in posed.raised:
            x, y, z, _ = seen.view.placed(posed.joints[which][3])
            hidden += solid.height[int(y), int(x)] > z + 0.16 * seen.unit

    assert hidden == 0


def test_views_differ():
    """Left and right hands, palms and backs, all appear; so do several distances."""
    from drawing.camera import look
    from drawing.chance import Chance
    from drawing.pose import pose

    views = [look(Chance("view", n), pose(Chance("pose", n), n % 6), 64).view for n in range(60)]

    for trait in ("mirror", "palm"):
        shares = np.unique([getattr(view, trait) for view in views], return_counts=True)[1] / 60
        assert len(shares) == 2
        assert shares.min() > 0.25
    assert len({view.distance for view in views}) == 4


# --- surface, skin ---------------------------------------------------------------------------


def ball(radius=10.0, x=16.0, joint=1.0):
    """A limb that is a ball in a picture of 32 by 32 pixels."""
    from drawing.skeleton import Bone, Limb

    centre = (x, 16.0, 0.0)
    return Limb((Bone(centre, centre, radius, radius),), blend=1.0, joint=joint)


def test_surface_of_a_ball_is_a_ball():
    """Cover, height and normal of one round bone are those of a sphere."""
    from drawing.solid import surface

    seen = surface([ball()], 32, unit=40)
    y, x = np.meshgrid(np.arange(32) + 0.5 - 16, np.arange(32) + 0.5 - 16, indexing="ij")
    inside = x * x + y * y < 64

    assert seen.cover.sum() == pytest.approx(math.pi * 10.5**2, rel=0.05)
    height = np.sqrt(np.maximum(100 - x * x - y * y, 0))
    np.testing.assert_allclose(seen.height[inside], height[inside], atol=0.1)
    np.testing.assert_allclose(seen.channels["x"][inside], x[inside] / 10, atol=0.02)


def test_touching_limbs_melt_and_shade_each_other():
    """Between two balls there is flesh, and less of the room is seen from there."""
    from drawing.solid import surface

    apart = surface([ball(4, 10.5), ball(4, 21.5)], 32, unit=40)
    melted = surface([ball(4, 10.5), ball(4, 21.5, joint=8.0)], 32, unit=40)

    assert apart.cover[16, 15] < 1
    assert melted.cover[16, 15] == 1
    assert melted.open_sky[16, 13] < melted.open_sky[16, 9]


def test_skin_tones_cover_the_whole_range():
    """Among 200 hands there are deep, brown and pale ones, and none dominates."""
    from drawing.chance import Chance
    from drawing.skin import skin_of

    light = np.array([skin_of(Chance("skin", n)).back[1] for n in range(200)])
    shares = np.histogram(light, bins=[0.0, 0.07, 0.2, 0.4, 1.0])[0] / 200

    assert shares.min() > 0.12


def test_palms_are_lighter_than_backs_most_of_all_on_dark_skin():
    """The palm of a dark hand is much lighter than its back, that of a pale hand hardly."""
    from drawing.chance import Chance
    from drawing.skin import skin_of

    skins = [skin_of(Chance("palm", n)) for n in range(300)]
    ratio = {
        name: np.mean([skin.palm[1] / skin.back[1] for skin in group])
        for name, group in {
            "dark": [skin for skin in skins if skin.back[1] < 0.08],
            "pale": [skin for skin in skins if skin.back[1] > 0.45],
        }.items()
    }

    assert ratio["dark"] > 1.5
    assert 0.8 < ratio["pale"] < 1.2


# --- background and lens ---------------------------------------------------------------------


def test_every_background_is_a_picture_of_colours():
    """Each kind gives finite colours, and none is the same for two draws."""
    from drawing.background import KINDS
    from drawing.chance import Chance

    y, x = np.meshgrid((np.arange(32) + 0.5) / 32, (np.arange(32) + 0.5) / 32, indexing="ij")
    for kind in KINDS:
        one, other = (np.asarray(kind(Chance("ground", n), x, y)) for n in (1, 2))
        assert one.shape == (32, 32, 3), kind.__name__
        assert np.isfinite(one).all(), kind.__name__
        assert not np.array_equal(one, other), kind.__name__


def test_jpeg_changes_little_when_fine_and_more_when_coarse():
    """The compression that pictures show is close to lossless at small steps."""
    from drawing.chance import Chance
    from drawing.lens import packed

    tones = np.repeat(Chance("jpeg").field(8, 8, 3), 8, axis=0).repeat(8, axis=1)
    fine, coarse = (np.abs(packed(tones, step) - tones).mean() for step in (1e-4, 0.05))

    assert fine < 0.002
    assert coarse > 5 * fine
