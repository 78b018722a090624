"""What is done and what is produced: services, value chains, and which service goes with which chain.

Prices, quantities and lots are synthetic: no source gives them. They are set so that a season's needs are worth what a
TAP earns (README.md).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    id: str
    name: str
    family: str
    unit: str
    benefit_days: int
    price: int  # synthetic, céntimos a unit
    quantity: int  # synthetic, units that one need typically asks for
    lot: int  # synthetic, units that are worth a journey
    credential: str  # the scheme that a need may require; empty: none
    deliverable: str
    benefit: str


SERVICES = [
    Service("dosing", "Dosificación", "animal-health", "ANIMAL", 7, 150, 220, 30, "kamayoq-livestock",
            "Animales dosificados según su peso y registro firmado de dosis",
            "Menos parásitos visibles en una semana y animales que recuperan peso"),
    Service("vaccination", "Vacunación", "animal-health", "ANIMAL", 14, 130, 220, 30, "kamayoq-livestock",
            "Animales vacunados y cartilla con lote, dosis y fecha del refuerzo",
            "Rebaño protegido para la campaña y menos crías muertas"),
    Service("insemination", "Inseminación artificial", "reproduction", "INSEMINATION", 45, 4_500, 8, 2,
            "insemination-technician",
            "Vaca inseminada, pajilla identificada y fecha de diagnóstico de preñez",
            "Preñez confirmada a los 45 días o repetición sin costo"),
    Service("shearing", "Esquila", "fibre", "ANIMAL", 0, 450, 80, 20, "kamayoq-livestock",
            "Animales esquilados y vellones envellonados por categoría",
            "Fibra lista para vender el mismo día, sin cortes dobles"),
    Service("udder-hoof-care", "Cuidado de ubres y pezuñas", "animal-health", "ANIMAL", 5, 600, 50, 10,
            "kamayoq-livestock",
            "Ubres revisadas con prueba de mastitis, pezuñas recortadas y ficha por animal",
            "Leche sin rechazo en el acopio y animales que caminan sin cojear"),
    Service("pasture", "Instalación de pastos", "pasture-water", "HECTARE", 60, 18_000, 2, 1, "",
            "Hectárea sembrada con pasto cultivado y plan de pastoreo por potreros",
            "Primer corte de forraje a los dos meses"),
    Service("irrigation", "Riego tecnificado", "pasture-water", "HECTARE", 3, 26_000, 2, 1, "",
            "Hectárea con aspersores instalados y probados, y turno de riego escrito",
            "Parcela regada en la misma semana con menos agua"),
    Service("pest-scouting", "Evaluación de plagas", "crop-health", "VISIT", 1, 2_800, 12, 4, "kamayoq-crops",
            "Hoja de conteo de plagas por parcela y recomendación de control",
            "Saber el mismo día si conviene aplicar, y ahorrar la aplicación que sobra"),
    Service("pruning-grafting", "Poda e injerto", "plant-management", "PLANT", 30, 180, 180, 40, "kamayoq-crops",
            "Plantas podadas o injertadas, cortes sellados y ramas retiradas",
            "Brotes nuevos al mes y plantas que dejan entrar la luz"),
    Service("soil-sampling", "Muestreo de suelos", "soil", "SAMPLE", 15, 5_500, 6, 2, "",
            "Muestra tomada, análisis de laboratorio y receta de abonado por parcela",
            "Abono justo para la campaña, sin gastar en el que no hace falta"),
    Service("organic-preparation", "Preparación de abonos orgánicos", "soil", "FARM", 30, 12_000, 3, 1, "kamayoq-crops",
            "Compostera o biol preparado en la chacra y receta escrita",
            "Abono propio disponible al mes sin comprar insumos"),
    Service("grading", "Clasificación para la venta", "quality", "QUINTAL", 0, 650, 60, 15, "",
            "Quintales clasificados por calidad y hoja de peso por categoría",
            "Mejor precio el mismo día por el producto separado"),
    Service("business-plan", "Plan de negocio", "enterprise", "PLAN", 30, 45_000, 1, 1, "",
            "Plan de negocio escrito, con costos, mercado y cronograma aprobados en asamblea",
            "Expediente listo para presentar a un fondo o a un comprador"),
    Service("leadership-training", "Formación en liderazgo y mercado", "enterprise", "PARTICIPANT_HOUR", 0, 700, 48,
            12, "",
            "Taller dictado, lista de participantes y acuerdos escritos de la organización",
            "Directivos que salen con su lista de compradores y precios del mes"),
]
SERVICE = {service.id: service for service in SERVICES}


@dataclass(frozen=True)
class ValueChain:
    id: str
    name: str
    quechua: str  # quz; empty where we are not sure
    aymara: str  # ayr; the same
    kind: str
    agrovoc: str  # only those that FIELD.md section 6 gives
    altitude_m: tuple  # where it is raised or grown, from and to: assumed
    weight: int  # how common it is there: assumed
    departments: tuple  # INEI codes; none: wherever the altitude suits
    services: dict  # how often each is asked for, by service id: assumed


HERD = {"dosing": 6, "vaccination": 5}
ENTERPRISE = {"business-plan": 1, "leadership-training": 2}
FIELD_CROP = {"pest-scouting": 4, "soil-sampling": 3, "organic-preparation": 3}
TREE_CROP = {"pruning-grafting": 5, "pest-scouting": 3, "soil-sampling": 2, "organic-preparation": 2}
CACAO_LANDS = ("01", "05", "06", "08", "10", "12", "16", "17", "19", "20", "22", "24", "25")
COFFEE_LANDS = ("01", "05", "06", "08", "10", "12", "19", "20", "21", "22", "25")

VALUE_CHAINS = [
    ValueChain("alpaca", "Alpaca", "paqucha", "allpachu", "LIVESTOCK", "c_304", (3_600, 5_200), 12, (),
               {**HERD, "shearing": 5, "pasture": 2, "grading": 2, **ENTERPRISE}),
    ValueChain("vicuna", "Vicuña", "wik'uña", "wari", "LIVESTOCK", "", (3_700, 5_200), 2, (),
               {"shearing": 5, "pasture": 1, "grading": 2, **ENTERPRISE}),
    ValueChain("sheep", "Ovino", "uwiha", "iwija", "LIVESTOCK", "c_7030", (3_000, 4_600), 5, (),
               {**HERD, "shearing": 3, "udder-hoof-care": 2, "pasture": 2}),
    ValueChain("dairy", "Lácteos", "", "", "LIVESTOCK", "c_10274", (0, 4_200), 6, (),
               {**HERD, "insemination": 4, "udder-hoof-care": 4, "pasture": 3, "irrigation": 2, **ENTERPRISE}),
    ValueChain("guinea-pig", "Cuy", "quwi", "wank'u", "LIVESTOCK", "c_3426", (0, 3_900), 4, (),
               {"dosing": 3, "pasture": 3, **ENTERPRISE}),
    ValueChain("trout", "Trucha", "", "", "AQUACULTURE", "", (2_500, 4_600), 1, (), dict(ENTERPRISE)),
    ValueChain("potato", "Papa", "papa", "ch'uqi", "CROP", "c_13551", (2_300, 4_200), 9, (),
               {**FIELD_CROP, "grading": 3, "irrigation": 2, **ENTERPRISE}),
    ValueChain("maize", "Maíz", "sara", "tunqu", "CROP", "c_12332", (0, 3_500), 6, (),
               {**FIELD_CROP, "irrigation": 3, "grading": 2}),
    ValueChain("quinoa", "Quinua", "kinwa", "jupha", "CROP", "c_13716", (2_600, 4_000), 4, (),
               {**FIELD_CROP, "grading": 3, **ENTERPRISE}),
    ValueChain("broad-bean", "Haba", "hawas", "", "CROP", "", (2_400, 3_900), 3, (), {**FIELD_CROP, "grading": 1}),
    ValueChain("avocado", "Palta", "palta", "", "CROP", "", (0, 2_600), 3, (),
               {**TREE_CROP, "irrigation": 3, "grading": 2}),
    ValueChain("coffee", "Café", "", "", "CROP", "c_1731", (500, 2_000), 7, COFFEE_LANDS,
               {**TREE_CROP, "grading": 3, **ENTERPRISE}),
    ValueChain("cacao", "Cacao", "", "", "CROP", "c_7713", (0, 1_100), 7, CACAO_LANDS,
               {**TREE_CROP, "grading": 3, **ENTERPRISE}),
    ValueChain("tara", "Tara", "", "", "FORESTRY", "", (1_200, 3_000), 2, (),
               {"pruning-grafting": 3, "soil-sampling": 1, "grading": 2, **ENTERPRISE}),
]
VALUE_CHAIN = {chain.id: chain for chain in VALUE_CHAINS}


def chains_of(district):
    """Weights of the value chains of a district, by id."""
    return {
        chain.id: chain.weight for chain in VALUE_CHAINS
        if chain.altitude_m[0] <= district.lies_at_m <= chain.altitude_m[1]
        and (not chain.departments or district.department in chain.departments)
    }


def service_rows():
    for service in SERVICES:
        yield {
            "name": f"services/{service.id}",
            "display_name": service.name,
            "local_names.spa": service.name,
            "family": service.family,
            "unit": service.unit,
            "deliverable": service.deliverable,
            "immediate_benefit": service.benefit,
            "benefit_days": service.benefit_days,
        }


def value_chain_rows():
    for chain in VALUE_CHAINS:
        yield {
            "name": f"valueChains/{chain.id}",
            "display_name": chain.name,
            "local_names.spa": chain.name,
            "local_names.quz": chain.quechua,
            "local_names.ayr": chain.aymara,
            "kind": chain.kind,
            "agrovoc_id": chain.agrovoc,
        }
