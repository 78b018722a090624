// Notes that several sign, as C2SP signed-note and tlog-cosignature have them, and the checkpoint that one holds. What
// is no such thing throws, saying what is wrong.
import { fromBase64, hex, joined, toBase64, utf8, type Bytes } from "./bytes";
import { isSigned } from "./ed25519";
import { sha256, sha256Bytes } from "./sha256";

const ed25519 = 1;
const cosignature = 4; // signs its seconds too
const secondsBytes = 8;
const noteBytesMax = 64 << 10;
const signaturesMax = 64;

export interface NoteVerifier {
  name: string;
  keyId: string; // 8 hexadecimal digits
  algorithm: number;
  key: Bytes;
}

export interface NoteSignature {
  name: string;
  keyId: string;
  bytes: Bytes; // after the key id
}

export interface SignedNote {
  text: string; // ends in a line feed
  signatures: NoteSignature[];
}

export interface CheckpointText {
  origin: string;
  leafCount: bigint;
  root: Bytes;
}

const isKeyName = (name: string) => name !== "" && !/[+\s\u0000-\u001f\u007f]/.test(name);

function base64(text: string, what: string): Bytes {
  try {
    return fromBase64(text);
  } catch {
    throw new Error(what);
  }
}

export async function parseVerifier(text: string): Promise<NoteVerifier> {
  // The name has no plus sign, base64 may.
  const found = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text.trim());
  if (found === null) throw new Error("a verifier key is written NAME+8 hexadecimal digits+base64");
  const [, name = "", keyId = "", rest = ""] = found;
  if (!isKeyName(name)) throw new Error("the verifier key's name is empty or has spaces in it");
  const bytes = base64(rest, "what follows the verifier key's second + is no base64");
  if (bytes.length !== 33) throw new Error("what follows the verifier key's second + is not the base64 of 33 bytes");
  const algorithm = bytes[0]!;
  if (algorithm !== ed25519 && algorithm !== cosignature) throw new Error(`the verifier key is of algorithm ${algorithm}; 1 and 4 are known`);
  const own = hex((await sha256(utf8(`${name}\n`), bytes)).subarray(0, 4));
  if (own !== keyId) throw new Error("the verifier key's hexadecimal digits are not those of its name and key: was it copied whole?");
  return { name, keyId, algorithm, key: bytes.slice(1) };
}

export function parseNote(note: string): SignedNote {
  if (utf8(note).length > noteBytesMax) throw new Error(`a note has at most ${noteBytesMax} bytes`);
  // The text may have empty lines, signatures have none.
  const end = note.lastIndexOf("\n\n");
  if (end < 0) throw new Error("no empty line stands between a text and signatures");
  const rest = note.slice(end + 2);
  if (!rest.endsWith("\n")) throw new Error("the last signature line does not end: is the note cut off?");
  const lines = rest.slice(0, -1).split("\n");
  if (lines.length > signaturesMax) throw new Error(`a note has at most ${signaturesMax} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const words = line.split(" ");
  const [dash, name = "", value = ""] = words;
  if (words.length !== 3 || dash !== "\u2014" || !isKeyName(name)) throw new Error("a signature line is a dash, a key's name and base64");
  const bytes = base64(value, "a signature is the base64 of a key id and more");
  if (bytes.length <= 4) throw new Error("a signature is the base64 of a key id and more");
  return { name, keyId: hex(bytes.subarray(0, 4)), bytes: bytes.slice(4) };
}

// The seconds since 1970 at which it was cosigned, 0 of a plain signature. Throws where there is no signature of the
// verifier's key, or a wrong one.
export async function checkNote(note: SignedNote, verifier: NoteVerifier): Promise<number> {
  const signature = note.signatures.find(({ name, keyId }) => name === verifier.name && keyId === verifier.keyId);
  if (signature === undefined) throw new Error(`no signature of ${verifier.name} with the key that was given`);
  const timed = verifier.algorithm === cosignature;
  const { bytes } = signature;
  if (bytes.length !== (timed ? secondsBytes : 0) + 64) throw new Error(`the signature of ${verifier.name} has a wrong length`);
  const seconds = timed ? new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) : 0n;
  const message = timed ? joined(utf8(`cosignature/v1\ntime ${seconds}\n`), utf8(note.text)) : utf8(note.text);
  if (!(await isSigned(verifier.key, message, timed ? bytes.slice(secondsBytes) : bytes)))
    throw new Error(`the signature of ${verifier.name} is not of this text: it was altered, or the signature was`);
  return Number(seconds);
}

export function parseCheckpoint(text: string): CheckpointText {
  const [origin = "", count = "", root = "", rest] = text.split("\n");
  if (origin === "" || rest === undefined) throw new Error("a checkpoint has three lines: origin, number of leaves, root");
  // Written in one way alone: no sign, no leading zero.
  if (!/^(0|[1-9]\d{0,18})$/.test(count)) throw new Error("line 2 of a checkpoint is its number of leaves");
  const wrong = "line 3 of a checkpoint is the base64 of its root, of 32 bytes";
  const bytes = base64(root, wrong);
  if (bytes.length !== sha256Bytes) throw new Error(wrong);
  return { origin, leafCount: BigInt(count), root: bytes };
}

// A checkpoint that the log of this key signed.
export async function readCheckpoint(note: string, log: NoteVerifier): Promise<CheckpointText> {
  const parsed = parseNote(note);
  await checkNote(parsed, log);
  const checkpoint = parseCheckpoint(parsed.text);
  if (checkpoint.origin !== log.name) throw new Error(`it is of the log ${checkpoint.origin}`);
  return checkpoint;
}

export const rootText = (root: Uint8Array): string => toBase64(root);
