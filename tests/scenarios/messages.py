"""The API's messages out of what people write, and back: short enumerators, and days as dates or counted from today."""

import datetime

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor

TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def message(kind, fields):
    try:
        return json_format.ParseDict(written(kind.DESCRIPTOR, fields), kind())
    except json_format.Error as error:
        raise ValueError(f"{kind.DESCRIPTOR.name}: {error}") from None


def written(descriptor, fields):
    """As the JSON of the API has it."""
    if descriptor.full_name == "google.type.Date":
        return date_fields(fields)
    if not isinstance(fields, dict):
        raise ValueError(f"{descriptor.name} must be a mapping of its fields, is {fields!r}")
    unknown = set(fields) - set(descriptor.fields_by_name)
    if unknown:
        raise ValueError(f"{descriptor.name} has no field {sorted(unknown)}")
    return {name: written_field(descriptor.fields_by_name[name], value) for name, value in fields.items()}


def written_field(field, value):
    if is_map(field):
        return value
    if field.label == FieldDescriptor.LABEL_REPEATED:
        return [written_value(field, entry) for entry in value]
    return written_value(field, value)


def written_value(field, value):
    if field.message_type:
        return written(field.message_type, value)
    return prefix(field.enum_type) + value if field.enum_type else value


def date_fields(value):
    day = TODAY + datetime.timedelta(days=value) if isinstance(value, int) else value
    if not isinstance(day, datetime.date):
        raise ValueError(f"a day must be a date, as in 2030-03-01, or a number of days from today, is {value!r}")
    return {"year": day.year, "month": day.month, "day": day.day}


def shown(answer):
    """A message as a mapping of all its fields."""
    if answer.DESCRIPTOR.full_name == "google.type.Date":
        return f"{answer.year:04}-{answer.month:02}-{answer.day:02}"
    return {field.name: shown_field(answer, field) for field in answer.DESCRIPTOR.fields
            if not field.has_presence or answer.HasField(field.name)}


def shown_field(answer, field):
    value = getattr(answer, field.name)
    if is_map(field):
        return dict(value)
    if field.label == FieldDescriptor.LABEL_REPEATED:
        return [shown_value(field, entry) for entry in value]
    return shown_value(field, value)


def shown_value(field, value):
    if field.message_type:
        return shown(value)
    return field.enum_type.values_by_number[value].name[len(prefix(field.enum_type)):] if field.enum_type else value


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def prefix(enumeration):
    """TAP_MODEL_ of TapModel, as all its enumerators begin."""
    return enumeration.values[0].name.removesuffix("UNSPECIFIED")
