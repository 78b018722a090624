"""The files of a market: what each holds a column of, and how values are written.

Columns are the API's field paths; `ayni market import` reads them.
"""

import csv
import os

NAMED = ["name", "display_name"]
COLUMNS = {
    "territories.csv": NAMED + [
        "level", "parent", "other_codes", "position.latitude", "position.longitude", "altitude_m"],
    "value_chains.csv": NAMED + ["local_names.spa", "local_names.quz", "local_names.ayr", "kind", "agrovoc_id"],
    "services.csv": NAMED + [
        "local_names.spa", "family", "unit", "deliverable", "immediate_benefit", "benefit_days"],
    "parties.csv": NAMED + [
        "roles", "cooperative.form", "cooperative.member_count", "cooperative.woman_member_count",
        "tap.model", "tap.gender", "tap.practising_since", "tap.capacity", "tap.assembly_act", "tap.assembly_date",
        "identifiers", "aliases", "district", "position.latitude", "position.longitude", "languages"],
    "relations.csv": [
        "name", "subject", "type", "object", "share_basis_points", "start_date", "end_date",
        "source.kind", "source.reference"],
    "credentials.csv": [
        "name", "holder", "certifier", "scheme", "services", "value_chains", "issue_date", "expire_date",
        "revoke_date", "revoke_reason", "evidence"],
    "needs.csv": [
        "name", "service", "value_chain", "district", "position.latitude", "position.longitude", "quantity",
        "window.start_date", "window.end_date", "highest_unit_price", "languages", "required_credentials",
        "least_experience_months", "wishes.community_tap", "wishes.woman_tap", "wishes.same_district", "urgency",
        "note"],
    "offers.csv": [
        "name", "service", "value_chains", "unit", "unit_price", "capacity", "window.start_date",
        "window.end_date", "coverage.territories", "coverage.position.latitude", "coverage.position.longitude",
        "coverage.radius_m", "languages", "smallest_lot", "fee_for_service", "embedded.product", "embedded.seller",
        "subsidised.funder", "subsidised.producer_share_basis_points", "deliverable", "immediate_benefit"],
}


def money(minor_units):
    """Céntimos as soles: 12.50 PEN."""
    return f"{minor_units // 100}.{minor_units % 100:02d} PEN"


def put_position(row, path, position):
    """Fills the two columns under path; leaves them empty where the position is unknown."""
    if position:
        row[f"{path}.latitude"] = f"{position[0]:.5f}"
        row[f"{path}.longitude"] = f"{position[1]:.5f}"


def _text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (list, tuple)):
        return "|".join(value)
    return str(value)


def write(folder, file, columns, rows):
    """Rows are dicts by column. A key that is no column is our own mistake, and raises."""
    with open(os.path.join(folder, file), "w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(columns)
        for row in rows:
            unknown = row.keys() - set(columns)
            if unknown:
                raise KeyError(f"{file} has no column {sorted(unknown)}")
            lines.writerow([_text(row.get(column)) for column in columns])
