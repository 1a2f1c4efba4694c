import numpy as np
import pandas as pd
import pytest

from data.errors import DegenerateDataError
from spatial.risk_layers import build_risk_layers
from spatial.risk_terrain import RiskTerrain, map_relative_risk, model_risk_terrain

SIDE = 20


def layers() -> pd.DataFrame:
    """Lay hospitals, pharmacies and stations over 20 x 20 cells of 50 m."""
    x, y = (axis.ravel() * 50.0 + 25 for axis in np.meshgrid(range(SIDE), range(SIDE)))
    category = pd.Series(["hospital"] * 2 + ["pharmacy"] * 8 + ["station"] * 3)
    places = np.random.default_rng(12).uniform(0, SIDE * 50, (len(category), 2))
    distance_m = np.hypot(places[:, :1] - x, places[:, 1:] - y)
    cells = pd.Index([f"c{i}" for i in range(SIDE**2)], name="cell_id")
    return build_risk_layers(distance_m, category, cells)


LAYERS = layers()
NEAR = LAYERS["hospital", "proximity", 100.0]


def scatter(n: int, times: float, seed: int) -> pd.Series:
    """Scatter n incidents, so many times as likely in cells within 100 m of a hospital."""
    share = np.where(NEAR == 1, times, 1.0)
    drawn = np.random.default_rng(seed).multinomial(n, share / share.sum())
    return pd.Series(drawn, LAYERS.index)


@pytest.fixture(scope="module")
def found() -> RiskTerrain:
    """Model 150 incidents, ten times as likely near a hospital."""
    return model_risk_terrain(scatter(150, 10, 1), LAYERS)


def test_published_map_is_the_product_of_its_factors() -> None:
    """The Leeds burglary model of RTMDx: 21.36 and 8.65 times, and 184.8 where both reach."""
    both = pd.DataFrame([[1, 0], [0, 1], [1, 1], [0, 0]])
    risk = map_relative_risk(both, np.array([3.0617, 2.1578]))
    assert risk.round(2).tolist()[:2] == [21.36, 8.65]
    assert round(risk[2], 1) == 184.8
    assert risk[3] == 1


def test_planted_factor_is_found(found: RiskTerrain) -> None:
    """Of all layers only the hospital's enters, and its value is near the planted one."""
    assert found.factors["category"].tolist() == ["hospital"]
    assert 5 < found.factors.loc[0, "relative_risk"] < 20
    assert found.bic < found.bic_null
    assert "1 of" in str(found.notes[-1])


def test_map_is_the_models_own(found: RiskTerrain) -> None:
    """Every cell's risk is the product of the factors that reach it; expected counts add up."""
    names = found.factors[["category", "kind", "distance_m"]].itertuples(index=False, name=None)
    reached = LAYERS[list(names)]
    risk = map_relative_risk(reached, found.factors["coefficient"].to_numpy())
    assert np.allclose(found.cells["relative_risk"], risk)
    assert found.cells["relative_risk"].min() == 1
    assert found.cells["expected"].sum() == pytest.approx(150)
    assert found.cells.index.equals(LAYERS.index)


def test_no_factor_is_found_where_none_is() -> None:
    """On three maps without any influence of facilities no class enters a model."""
    for seed in range(3):
        model = model_risk_terrain(scatter(120, 1, seed), LAYERS)
        assert model.factors.empty
        assert (model.cells["relative_risk"] == 1).all()
        assert str(model.notes[-1]).startswith("None of")


def test_clumped_counts_are_negative_binomial() -> None:
    """Counts that vary more than Poisson ones are modelled as such."""
    rng = np.random.default_rng(3)
    share = rng.gamma(0.1, 1, len(LAYERS))
    model = model_risk_terrain(
        pd.Series(rng.multinomial(300, share / share.sum()), LAYERS.index), LAYERS
    )
    assert model.distribution == "negative_binomial"


def test_exposure_explains_away_what_it_explains() -> None:
    """Where cells near hospitals have ten times the exposure, nothing is left for hospitals."""
    exposure = pd.Series(np.where(NEAR == 1, 10.0, 1.0), LAYERS.index)
    model = model_risk_terrain(scatter(150, 10, 1), LAYERS, exposure=exposure)
    assert model.factors.empty


def test_a_layer_with_every_incident_is_left_out_and_told() -> None:
    """A layer outside which nothing happened has no finite value; a note counts these."""
    counts = pd.Series(0, LAYERS.index)
    inside = LAYERS["hospital", "proximity", 300.0] == 1
    counts[inside & (np.arange(len(counts)) % 2 == 0)] = 2
    model = model_risk_terrain(counts, LAYERS)
    assert ("hospital", 300.0) not in zip(
        model.factors["category"], model.factors["distance_m"], strict=True
    )
    assert any("hold all incidents" in str(note) for note in model.notes)


@pytest.mark.parametrize(
    ("counts", "table", "sentence"),
    [
        (scatter(0, 1, 0), LAYERS, "There is no incident; at least 30"),
        (scatter(1, 1, 0), LAYERS, "only one incident; at least 30"),
        (scatter(29, 1, 0), LAYERS, "only 29 incidents; at least 30"),
        (scatter(1, 1, 0) * 90, LAYERS, "All 90 incidents lie in one cell"),
        (scatter(90, 1, 0), LAYERS.iloc[:, :0], "None of 0 facility layers"),
    ],
)
def test_too_little_for_a_model_is_refused(
    counts: pd.Series, table: pd.DataFrame, sentence: str
) -> None:
    """Too few incidents, one cell or no facility: a sentence says which, instead of a model."""
    with pytest.raises(DegenerateDataError, match=sentence):
        model_risk_terrain(counts, table)
