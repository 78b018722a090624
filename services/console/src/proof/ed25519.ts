// Ed25519 by the browser where it has it (Chromium from 137, Firefox from 129, Safari from 17), and otherwise by
// @noble/ed25519, which is fetched then.
import { fromBase64, joined, type Bytes } from "./bytes";

export type SignedBy = "browser" | "library";
export type Verifier = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

export const byBrowser: Verifier = async (key, message, signature) => {
  const imported = await crypto.subtle.importKey("raw", joined(key), { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, joined(signature), joined(message));
};

export const byLibrary: Verifier = async (key, message, signature) => {
  const { verifyAsync } = await import("@noble/ed25519");
  // As RFC 8032 has it, and not by the laxer rules of ZIP 215.
  return verifyAsync(signature, message, key, { zip215: false }).catch(() => false);
};

// A browser may know the name and not the arithmetic: it is tried with the first signature of RFC 8032, section 7.1.
const knownKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const knownSignature =
  "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

export async function signedBy(): Promise<SignedBy> {
  return (await chosen()) === byBrowser ? "browser" : "library";
}

let choice: Promise<Verifier> | undefined;

function chosen(): Promise<Verifier> {
  choice ??= byBrowser(fromBase64(knownKey), new Uint8Array(), fromBase64(knownSignature)).then(
    (right) => (right ? byBrowser : byLibrary),
    () => byLibrary,
  );
  return choice;
}

// False also of what is no key, or no signature.
export async function isSigned(key: Bytes, message: Uint8Array, signature: Bytes): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  const verify = await chosen();
  return verify(key, message, signature).catch(() => false);
}
