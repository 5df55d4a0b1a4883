"""The tracked vehicles as such: class, make, model, fuel, how their drivers drive."""

from dataclasses import dataclass

import numpy as np
from cityroute_contracts.feeds import FUEL_TYPES, VEHICLE_CLASSES

from .noise import Bits, Floats, Ints, draw, keys, normal, uniform

_CLASS_SHARES = (0.70, 0.15, 0.115, 0.015, 0.02)
_TOP_KPH = np.array([128.0, 113.0, 90.0, 100.0, 130.0])
_PACE = np.array([1.0, 0.98, 0.88, 0.92, 1.03])  # against the traffic around it
_GAIN_MPS2 = np.array([1.6, 1.3, 0.6, 0.8, 2.2])
_BRAKE_MPS2 = np.array([4.0, 3.6, 2.6, 2.6, 4.2])

_MODELS = {
    "car": (
        ("Ford", "Fiesta"),
        ("Ford", "Focus"),
        ("Vauxhall", "Corsa"),
        ("Volkswagen", "Golf"),
        ("Nissan", "Qashqai"),
        ("BMW", "3 Series"),
        ("Kia", "Sportage"),
        ("Toyota", "Yaris"),
        ("Tesla", "Model Y"),
        ("MG", "MG4"),
    ),
    "van": (
        ("Ford", "Transit"),
        ("Vauxhall", "Vivaro"),
        ("Mercedes-Benz", "Sprinter"),
        ("Renault", "Trafic"),
    ),
    "hgv": (("DAF", "XF"), ("Scania", "R 450"), ("Volvo", "FH"), ("MAN", "TGX")),
    "bus": (("Alexander Dennis", "Enviro400"), ("Volvo", "9700"), ("Wrightbus", "StreetDeck")),
    "motorcycle": (("Honda", "CB500"), ("Triumph", "Tiger 900"), ("Yamaha", "MT-07")),
}
_ELECTRIC_SINCE = {"Model Y": 2021, "MG4": 2022}  # sold as electric cars alone, from that year
_FUEL_SHARES = {
    "car": (0.52, 0.28, 0.13, 0.07),
    "van": (0.04, 0.88, 0.02, 0.06),
    "hgv": (0.0, 0.98, 0.0, 0.02),
    "bus": (0.0, 0.75, 0.15, 0.10),
    "motorcycle": (0.97, 0.0, 0.0, 0.03),
}


@dataclass(frozen=True)
class Fleet:
    """One entry per tracked vehicle, in the order of its number."""

    keys: Bits
    class_index: Ints
    make: list[str]
    model: list[str]
    year: Ints
    fuel_type: list[str]
    pace: Floats
    top_kph: Floats
    gain_kph_per_step: Floats
    brake_kph_per_step: Floats
    base_odometer_km: Floats

    @property
    def vehicle_class(self) -> list[str]:
        return [VEHICLE_CLASSES[c] for c in self.class_index.tolist()]


def fleet(seed: int, vehicles: int, step_s: float) -> Fleet:
    """The fleet of that size; vehicle n is the same in every fleet of the seed."""
    device_keys = keys([str(n) for n in range(vehicles)], seed, "vehicle")
    classes = _pick(_CLASS_SHARES, uniform(draw(device_keys, 1)))
    models = [_model(c, u) for c, u in zip(classes.tolist(), uniform(draw(device_keys, 2)), strict=True)]
    fuels = [
        _fuel(c, m[1], u)
        for c, m, u in zip(classes.tolist(), models, uniform(draw(device_keys, 3)), strict=True)
    ]
    age = uniform(draw(device_keys, 4))
    return Fleet(
        keys=device_keys,
        class_index=classes,
        make=[m[0] for m in models],
        model=[m[1] for m in models],
        year=_years(age, models),
        fuel_type=fuels,
        pace=_PACE[classes] * np.clip(1 + 0.07 * normal(draw(device_keys, 5)), 0.8, 1.2),
        top_kph=_TOP_KPH[classes] * (1 - 0.06 * uniform(draw(device_keys, 6))),
        gain_kph_per_step=_GAIN_MPS2[classes] * 3.6 * step_s,
        brake_kph_per_step=_BRAKE_MPS2[classes] * 3.6 * step_s,
        base_odometer_km=2_000 + 120_000 * age * uniform(draw(device_keys, 7)),
    )


def _pick(shares: tuple[float, ...], chance: Floats) -> Ints:
    bounds = np.cumsum(shares)
    return np.minimum(np.searchsorted(bounds, chance, side="right"), len(shares) - 1).astype(np.int64)


def _model(class_index: int, chance: float) -> tuple[str, str]:
    models = _MODELS[VEHICLE_CLASSES[class_index]]
    return models[int(chance * len(models))]


def _years(age: Floats, models: list[tuple[str, str]]) -> Ints:
    earliest = np.array([_ELECTRIC_SINCE.get(model, 0) for _, model in models])
    years: Ints = np.maximum((2025 - 14 * age * age).astype(np.int64), earliest)
    return years


def _fuel(class_index: int, model: str, chance: float) -> str:
    if model in _ELECTRIC_SINCE:
        return "electric"
    shares = _FUEL_SHARES[VEHICLE_CLASSES[class_index]]
    return FUEL_TYPES[int(_pick(shares, np.array([chance]))[0])]
