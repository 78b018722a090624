import { describe, expect, it } from "vitest";
import { fromBase64, joined, toBase64, utf8 } from "../src/proof/bytes";
import { byBrowser, byLibrary } from "../src/proof/ed25519";
import { sha256 } from "../src/proof/sha256";
import { checkNote, parseCheckpoint, parseNote, parseVerifier, readCheckpoint } from "../src/proof/signed_note";

// Of the Go documentation of golang.org/x/mod/sumdb/note, which C2SP signed-note was written from.
const peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const saying =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
  "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

async function signer(name: string, algorithm: number) {
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
  const key = joined(Uint8Array.of(algorithm), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const id = (await sha256(utf8(`${name}\n`), key)).subarray(0, 4);
  const idText = [...id].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const line = async (message: Uint8Array, before = new Uint8Array()) =>
    `\u2014 ${name} ${toBase64(joined(id, before, new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, joined(message)))))}\n`;
  return { verifier: `${name}+${idText}+${toBase64(key)}`, line };
}

const root = toBase64(new Uint8Array(32).fill(7));
const head = `mercado.example/ayni\n42\n${root}\n`;

describe("a note that somebody else's program signed", () => {
  it("is right by its key", async () => {
    expect(await checkNote(parseNote(saying), await parseVerifier(peter))).toBe(0);
  });

  it("is wrong once a letter of it is another, and says whose signature is missing with another key", async () => {
    const verifier = await parseVerifier(peter);
    await expect(checkNote(parseNote(saying.replace("answer", "Answer")), verifier)).rejects.toThrow("is not of this text");
    await expect(checkNote(parseNote(saying), await parseVerifier((await signer("PeterNeumann", 1)).verifier))).rejects.toThrow("no signature of PeterNeumann");
  });
});

describe("parseVerifier", () => {
  it.each([
    ["cut off", peter.slice(0, -4)],
    ["with another digit", peter.replace("c74f20a3", "c74f20a4")],
    ["without a name", peter.replace("PeterNeumann", "")],
    ["with a blank in its name", peter.replace("Peter", "Peter ")],
    ["of no key", "just words"],
  ])("refuses one %s", async (_, text) => {
    await expect(parseVerifier(text)).rejects.toThrow();
  });
});

describe("a checkpoint", () => {
  it("is read once the log is seen to have signed it", async () => {
    const log = await signer("mercado.example/ayni", 1);
    const note = `${head}\n${await log.line(utf8(head))}`;
    expect(await readCheckpoint(note, await parseVerifier(log.verifier))).toEqual({ origin: "mercado.example/ayni", leafCount: 42n, root: new Uint8Array(32).fill(7) });
    await expect(readCheckpoint(note.replace("\n42\n", "\n43\n"), await parseVerifier(log.verifier))).rejects.toThrow("is not of this text");
  });

  it("of another log is none, though the key signed it", async () => {
    const log = await signer("otro.example", 1);
    await expect(readCheckpoint(`${head}\n${await log.line(utf8(head))}`, await parseVerifier(log.verifier))).rejects.toThrow("it is of the log mercado.example/ayni");
  });

  it("carries when a witness cosigned it", async () => {
    const witness = await signer("universidad.example/testigo", 4);
    const seconds = new Uint8Array(8);
    new DataView(seconds.buffer).setBigUint64(0, 1_800_000_000n);
    const line = await witness.line(utf8(`cosignature/v1\ntime 1800000000\n${head}`), seconds);
    expect(await checkNote(parseNote(`${head}\n${line}`), await parseVerifier(witness.verifier))).toBe(1_800_000_000);
    const plain = await witness.line(utf8(head), seconds);
    await expect(checkNote(parseNote(`${head}\n${plain}`), await parseVerifier(witness.verifier))).rejects.toThrow("is not of this text");
  });

  it.each(["a\n042\nX\n", "a\n-1\nX\n", `a\n42\n${root.slice(1)}\n`, "a\n42\n", `\n42\n${root}\n`])("is not %j", (text) => {
    expect(() => parseCheckpoint(text)).toThrow();
  });
});

describe.each([["the browser", byBrowser], ["the library", byLibrary]])("Ed25519 by %s", (_, verify) => {
  // RFC 8032, section 7.1, test 2.
  const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (two) => parseInt(two, 16));
  const key = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const signature = bytes("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

  it("takes what RFC 8032 signs, and nothing else", async () => {
    expect(await verify(key, Uint8Array.of(0x72), signature)).toBe(true);
    expect(await verify(key, Uint8Array.of(0x73), signature)).toBe(false);
    const bent = signature.slice();
    bent[63]! ^= 0x10; // S is not below the order any more
    expect(await verify(key, Uint8Array.of(0x72), bent).catch(() => false)).toBe(false);
  });
});

it("takes base64 in its one right form alone", () => {
  expect(fromBase64("AQ==")).toEqual(Uint8Array.of(1));
  for (const other of ["AQ", "AR==", "A Q=="]) expect(() => fromBase64(other)).toThrow();
});
