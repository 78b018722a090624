import { joined, type Bytes } from "./bytes";

export const sha256Bytes = 32;

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

// An empty key is one of zeros, which browsers ask for in full.
export async function hmacSha256(key: Uint8Array, message: Uint8Array): Promise<Bytes> {
  const block = key.length === 0 ? new Uint8Array(64) : joined(key);
  const imported = await crypto.subtle.importKey("raw", block, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, joined(message)));
}
