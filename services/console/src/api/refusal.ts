// Why the market said no, as people and forms need it.
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../../generated/google/rpc/error_details_pb";

export interface FieldViolation {
  field: string; // as in need.highest_unit_price.minor_units
  description: string;
}

// Plain data: it is kept with what waits in the outbox.
export interface Refusal {
  code: string; // as in InvalidArgument
  reason: string; // of google.rpc.ErrorInfo, as in ROLE_FORBIDDEN; empty where there is none
  metadata: Record<string, string>;
  message: string;
  fields: FieldViolation[];
  unreachable: boolean; // nobody knows whether the market did it
}

export function refusalOf(cause: unknown): Refusal {
  const error = ConnectError.from(cause);
  const info = error.findDetails(ErrorInfoSchema)[0];
  return {
    code: Code[error.code] ?? "Unknown",
    reason: info?.reason ?? "",
    metadata: { ...info?.metadata },
    message: error.rawMessage,
    fields: error
      .findDetails(BadRequestSchema)
      .flatMap((each) => each.fieldViolations.map(({ field, description }) => ({ field, description }))),
    unreachable:
      error.code === Code.Unavailable ||
      error.code === Code.DeadlineExceeded ||
      error.code === Code.Canceled ||
      error.code === Code.ResourceExhausted,
  };
}

// Of a form's field, all that is wrong with it or with a part of it.
export function violationsOf(refusal: Refusal | undefined, prefix: string, field: string): string[] {
  if (refusal === undefined) return [];
  const whole = prefix === "" ? field : `${prefix}.${field}`;
  return refusal.fields
    .filter(({ field: each }) => [whole, field].some((name) => each === name || each.startsWith(`${name}.`) || each.startsWith(`${name}[`)))
    .map(({ description }) => description);
}
