"""Names that nobody bears. Every name of a person or organisation holds the word Ejemplo, and the rest is of plants,
animals and the sky."""

MARK = "Ejemplo"
GIVEN = [
    "Nube", "Lucero", "Íñigo", "Alba", "Rocío", "Begoña", "Aurora", "Cielo", "Eneas", "Sumaq", "Inti", "Killa", "Wayra",
    "Ch'aska", "Illari", "Rumi", "Mayu", "Tika", "Ónix", "Perla",
]
WORDS = [
    "Cantuta", "Puya", "Qolle", "Vizcacha", "Picaflor", "Quenual", "Totora", "Ichu", "Molle", "Retama", "Huayruro",
    "Cóndor", "Arcoíris", "Ñusta", "Parihuana", "Chinchilla", "Lúcuma", "Muña", "Tarwi", "Airampo", "Huallata", "Ceibo",
    "Sancayo", "Olluco",
]
COOPERATIVE_MOTTOS = ["Flor de", "Amanecer de", "Camino de", "Semilla de", "Unión", "Fuerza de", "Huella de", "Nido de"]
RUC_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def person(draw):
    return f"{draw.pick(GIVEN)} {draw.pick(WORDS)} {MARK}"


def cooperative(draw, form, place):
    kind = "Cooperativa Agraria" if form == "COOPERATIVE" else "Asociación de Productores"
    return f"{kind} {MARK} {draw.pick(COOPERATIVE_MOTTOS)} {draw.pick(WORDS)} de {place}"


def organisation(kind, draw, ending=""):
    return f"{kind} {MARK} {draw.pick(WORDS)} {draw.pick(WORDS)}{ending}"


def ruc(serial):
    """A taxpayer number whose check digit is right, from the range 20000..., where we know of no real one.
    serial: 0 to 99,999."""
    body = f"20000{serial:05d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, RUC_WEIGHTS))
    return body + str((11 - total % 11) % 10)
