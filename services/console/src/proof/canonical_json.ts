// The one text that a message has in JSON, as protobuf's C++ writes it: fields by their numbers, no blanks, and what a page
// or a terminal could take for something else by its number.
import type { JsonValue } from "@bufbuild/protobuf";

const escaped =
  /[<>\u007f-\u009f\u00ad\u0600-\u0603\u06dd\u070f\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]|\ud834[\udd73-\udd7a]|\udb40[\udc01\udc20-\udc7f]/g;

export function canonicalText(json: JsonValue): string {
  return JSON.stringify(json).replace(escaped, (letters) =>
    [...Array(letters.length).keys()].map((at) => `\\u${letters.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
