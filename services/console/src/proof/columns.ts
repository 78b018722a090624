// The columns of a bundle: whole numbers of 64 bits, by name.
import type { BundleColumn } from "../../generated/ayni/v1/bundle_pb";
import { sha256 } from "./sha256";
import { joined, utf8, type Bytes } from "./bytes";

export type Column = BigInt64Array<ArrayBuffer>;
const numberBytes = 8;
const int32Max = 2 ** 31 - 1;
const none: Column = new BigInt64Array(0);

export class Columns {
  private constructor(private readonly all: Map<string, Column>) {}

  // Put together from their parts.
  static of(parts: BundleColumn[]): Columns {
    const found = new Map<string, Uint8Array[]>();
    for (const { name, numbers } of parts) {
      if (numbers.length % numberBytes !== 0) throw new Error(`column ${name}: its bytes are no whole numbers`);
      found.set(name, [...(found.get(name) ?? []), numbers]);
    }
    return new Columns(new Map([...found].map(([name, pieces]) => [name, fromLittleEndian(joined(...pieces))])));
  }

  has(name: string): boolean {
    return this.all.has(name);
  }

  // One that is not there is empty.
  get(name: string): Column {
    return this.all.get(name) ?? none;
  }

  // As numbers: each at most 2^53, or so large that no range has it.
  numbers(name: string): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.get(name), Number);
  }

  // Of places, and of what else has 32 bits; -1 is none.
  places(name: string): Int32Array<ArrayBuffer> {
    const column = this.get(name);
    for (const number of column)
      if (number < -1n || number > int32Max) throw new Error(`column ${name}: ${number} is out of range`);
    return Int32Array.from(column, Number);
  }

  checkKnown(known: ReadonlySet<string>): void {
    const strange = [...this.all.keys()].filter((name) => !known.has(name)).sort()[0];
    if (strange !== undefined) throw new Error(`column ${strange.slice(0, 200)} is not known`);
  }

  // SHA-256 over a title and columns, each as its size and its numbers: services/round/README.md.
  digest(title: string, names: readonly string[]): Promise<Bytes> {
    return sha256(
      utf8(title),
      ...names.flatMap((name) => {
        const column = this.get(name);
        return [toLittleEndian(BigInt64Array.of(BigInt(column.length))), toLittleEndian(column)];
      }),
    );
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function fromLittleEndian(bytes: Bytes): Column {
  if (isLittleEndian) return new BigInt64Array(bytes.buffer, 0, bytes.length / numberBytes);
  const view = new DataView(bytes.buffer);
  return BigInt64Array.from({ length: bytes.length / numberBytes }, (_, at) => view.getBigInt64(at * numberBytes, true));
}

function toLittleEndian(column: Column): Uint8Array {
  if (isLittleEndian) return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  const bytes = new Uint8Array(column.length * numberBytes);
  const view = new DataView(bytes.buffer);
  column.forEach((number, at) => view.setBigInt64(at * numberBytes, number, true));
  return bytes;
}
