"""The names and places that people and companies are made of, each with how common it is."""

from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.customers.drawing import Floats, Ints, Texts, texts, zipf

FOLDER = Path(__file__).parent

COUNTRIES = ("US", "CA", "GB", "DE", "FR", "ES")
COUNTRY_WEIGHTS = (70, 6, 8, 7, 5, 4)

ORIGINS = ("census", "spanish", "german", "french", "polish", "turkish", "indian", "asian", "arabic", "nordic")
ORIGIN_WEIGHTS = {
    "US": (76, 11, 2, 1, 1, 0, 2, 4, 2, 1),
    "CA": (60, 3, 3, 20, 1, 0, 5, 6, 1, 1),
    "GB": (82, 1, 1, 1, 3, 1, 6, 2, 3, 0),
    "DE": (1, 1, 80, 1, 5, 8, 0, 1, 2, 1),
    "FR": (1, 3, 3, 82, 1, 1, 0, 2, 7, 0),
    "ES": (1, 92, 1, 1, 1, 0, 0, 1, 3, 0),
}
"""Weights of the origins in their order."""

RARE_SHARE = 0.2
"""The share of people whose surname is too rare to stand in the census list."""
RARE_PARTS = (
    "Ab Al Am Bal Ban Bar Bel Ber Bor Bran Cal Car Chel Cor Dal Dar Del Dor El Far Fen Gal Gar Gol Gor Hal Har Hel "
    "Hor Kal Kar Kel Kor Lam Lan Lor Mal Man Mar Mel Mor Nor Ol Pal Par Per Pol Ral Rin Ros Sal San Sel Sol Tal Tan "
    "Tor Val Van Ver Vol Wal Wen Wil Zan Zel",
    "a ba be ca da de di do fa ga go i ka la le li lo ma mi na ne no o ra re ri ro sa se si ta te ti to u va ve vi",
    "bach berg bert den dorf feld ford ham ini kas ker land ler ley lin ling man mann mont nen ner nik rd s ske ski "
    "son stad ston tell ter ton tti vich vik well wick worth",
)

TOWN_PARTS = (
    "Spring Cedar Oak Maple Clear Fair Green High Lake Mill North South East West River Rock Stone Wood Ash Elm Pine "
    "Silver Sandy Summer Winter Bright Ever Glen Haw New",
    "field ford ville wood dale port ton view brook haven mont land side burg creek falls",
)
TOWN_STATES = (
    ("CA", 95), ("TX", 75), ("FL", 33), ("NY", 12), ("PA", 17), ("OH", 44), ("IL", 61), ("MI", 49), ("GA", 31),
    ("NC", 28), ("NJ", 7), ("VA", 23), ("WA", 98), ("AZ", 86), ("MA", 1), ("TN", 38), ("IN", 47), ("MO", 65),
    ("WI", 54), ("MN", 55), ("CO", 81), ("AL", 36), ("SC", 29), ("KY", 42), ("OR", 97), ("OK", 74),
)  # fmt: skip
TOWNS = 900

STREET_NAMES = (
    "Main Oak Maple Cedar Park Washington Elm Lake Hill Walnut Pine Second Third First Fourth Highland Ridge Sunset "
    "Church Lincoln Jackson Jefferson River Spring Meadow Forest Chestnut Franklin Adams Madison Cherry Willow Center "
    "Dogwood Hickory Poplar Birch Sycamore Locust College School Mill Broad Market Union Prospect Locust Fairview "
    "Hillcrest Laurel Magnolia Holly Spruce Railroad Court Front Water Valley View Grove Garden Orchard Summit "
    "Lakeview Ashley Aspen Autumn Bayberry Belmont Berkshire Bluebird Briar Cambridge Canyon Cardinal Carriage "
    "Charles Clinton Colonial Cottage Country Creek Crescent Crestview Cypress Deer Devon Dover Eagle Essex Evergreen "
    "Fawn Fox Garfield Glen Grant Hampton Harrison Hawthorne Hazel Heather Heritage Hunter Jasmine Juniper Kennedy "
    "Lancaster Lexington Liberty Linden Mission Monroe Mulberry Oxford Palm Parkview Pearl Pleasant Primrose Quail "
    "Raven Roosevelt Rose Sherwood Stonegate Surrey Taylor Timber Tulip Victoria Vine Wildwood Windsor Woodland York"
)
STREET_KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Place", "Boulevard", "Way", "Circle")
STREETS_ABROAD = {
    "DE": "Hauptstraße Schulstraße Gartenstraße Bahnhofstraße Dorfstraße Bergstraße Birkenweg Lindenstraße Kirchweg "
    "Waldstraße Ringstraße Schillerstraße Goethestraße Amselweg Wiesenweg Jahnstraße Buchenweg Eichenweg Mozartstraße "
    "Rosenweg Mühlenweg Blumenstraße Tannenweg Friedhofstraße Sonnenstraße Lerchenweg Industriestraße Parkstraße",
    "FR": "de_l'Église de_la_Gare Victor_Hugo du_Moulin Pasteur de_la_République Jean_Jaurès des_Écoles de_la_Mairie "
    "Gambetta des_Lilas du_Château des_Tilleuls de_la_Fontaine Voltaire du_Stade Émile_Zola de_la_Paix Saint-Michel "
    "du_Général_Leclerc des_Roses Nationale de_Paris de_Verdun Molière du_Port Pierre_Curie Jules_Ferry",
    "ES": "Mayor Real de_la_Iglesia Nueva San_José de_Cervantes del_Sol de_Colón Constitución San_Juan de_Goya Alta "
    "de_la_Fuente Santa_Ana de_Velázquez del_Pilar del_Carmen de_Alcalá Ramón_y_Cajal San_Miguel de_la_Paz Sevilla",
}


class Names(msgspec.Struct, frozen=True):
    """Of one origin. Weights stand beside the names; `double` is the share of people with two surnames."""

    first: tuple[Texts, Texts]  # female, male
    first_weights: tuple[Floats, Floats]
    last: Texts
    last_weights: Floats
    double: float


class Places(msgspec.Struct, frozen=True):
    """Cities; postal codes begin with `postal`, numbers of landlines with `area`."""

    country: Ints
    city: Texts
    state: Texts
    postal: Texts
    area: Ints
    weights: Floats


@cache
def names() -> tuple[Names, ...]:
    """In the order of ORIGINS."""
    made = _sections("origins.txt")
    return (_census(), *(_of_origin(origin, made) for origin in ORIGINS[1:]))


@cache
def words(section: str) -> list[str]:
    return [word for line in _sections("words.txt")[section] for word in line]


@cache
def nicknames() -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in _lines("nicknames.txt")}


@cache
def places() -> Places:
    """Large cities and small towns."""
    rows = [line.split("|") for line in _lines("places.txt")]
    rows += _towns()
    country, city, state, postal, area, people = zip(*rows, strict=True)
    return Places(
        np.array([COUNTRIES.index(each) for each in country]),
        texts(city),
        texts(state),
        texts(postal),
        np.array([int(each) for each in area]),
        np.array([float(each) for each in people]),
    )


@cache
def streets(country: str) -> Texts:
    """Names of streets with their kind, the commonest first."""
    if country in STREETS_ABROAD:
        kind = {"DE": "", "FR": "rue ", "ES": "Calle "}[country]
        return texts([f"{kind}{name.replace('_', ' ')}" for name in STREETS_ABROAD[country].split()])
    pairs = sorted(
        (rank + 9 * kind, f"{name} {STREET_KINDS[kind]}")
        for kind in range(len(STREET_KINDS))
        for rank, name in enumerate(STREET_NAMES.split())
    )
    return texts([street for _, street in pairs])


def _towns() -> list[list[str]]:
    """Made-up towns of the United States, spread over the states."""
    words = [first + second for first, second in product(*(part.split() for part in TOWN_PARTS))]
    count = len(words)
    return [
        ["US", words[number * 7 % count], state, f"{prefix:02d}{number % 10}", str(201 + number * 13 % 780), size]
        for number in range(TOWNS)
        for state, prefix in (TOWN_STATES[number % len(TOWN_STATES)],)
        for size in (f"{4000 / (number + 15):.1f}",)
    ]


def _census() -> Names:
    made = _sections("census.txt")
    female, male, last = (_counted(made[kind]) for kind in ("female", "male", "last"))
    rare = texts(["".join(parts) for parts in product(*(part.split() for part in RARE_PARTS))])
    share = last[1].sum() * RARE_SHARE / (1 - RARE_SHARE)
    weights = np.concatenate([last[1], np.full(len(rare), share / len(rare))])
    return Names((female[0], male[0]), (female[1], male[1]), np.concatenate([last[0], rare]), weights, 0.02)


def _of_origin(origin: str, made: dict[str, list[list[str]]]) -> Names:
    female, male, last = (_ranked(made[f"{origin} {kind}"]) for kind in ("female", "male", "last"))
    double = 0.45 if origin == "spanish" else 0.03
    return Names((female[0], male[0]), (female[1], male[1]), last[0], last[1], double)


def _counted(lines: list[list[str]]) -> tuple[Texts, Floats]:
    pairs = [(name, float(weight)) for weight, *names in lines for name in names]
    return texts([name for name, _ in pairs]), np.array([weight for _, weight in pairs])


def _ranked(lines: list[list[str]]) -> tuple[Texts, Floats]:
    found = [name for line in lines for name in line]
    return texts(found), zipf(len(found), exponent=0.8, shift=3)


def _sections(file: str) -> dict[str, list[list[str]]]:
    sections: dict[str, list[list[str]]] = {}
    for line in _lines(file):
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        else:
            lines.append(line.split())
    return sections


def _lines(file: str) -> Sequence[str]:
    content = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return [line for line in content if line and not line.startswith("#")]
