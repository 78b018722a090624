// Whole numbers beyond 2^53, exactly and not slower than they must be: sums of what fits a double stay doubles until they
// no longer do.

export const scale = 65_536n; // a price of it is worth a score of 1
export const int64Max = 2n ** 63n - 1n;
const safe = Number.MAX_SAFE_INTEGER;

export class ExactSum {
  private near = 0;
  private far = 0n;

  // Of safe integers.
  add(number: number): void {
    const next = this.near + number;
    if (Math.abs(next) <= safe) {
      this.near = next;
    } else {
      this.far += BigInt(this.near) + BigInt(number);
      this.near = 0;
    }
  }

  addProduct(a: number, b: number): void {
    const product = a * b;
    if (Math.abs(product) <= safe) this.add(product);
    else this.far += BigInt(a) * BigInt(b);
  }

  get total(): bigint {
    return this.far + BigInt(this.near);
  }
}

export function least<T extends number | bigint>(a: T, b: T): T {
  return a < b ? a : b;
}

export function most<T extends number | bigint>(a: T, b: T): T {
  return a > b ? a : b;
}

export function floorOf(fixedPoint: bigint): bigint {
  const whole = fixedPoint / scale;
  return whole * scale > fixedPoint ? whole - 1n : whole;
}

// To the nearest, halves up; 0 of nothing.
export function rounded(part: bigint, whole: bigint): bigint {
  return whole === 0n ? 0n : (2n * part + whole) / (2n * whole);
}
