// A spreadsheet as people save it: comma, semicolon or tab between cells, with or without a byte order mark, quoted cells
// with line ends in them, and UTF-8 or the Windows code page that older programs write.

export interface Sheet {
  header: string[];
  rows: SheetRow[];
}

export interface SheetRow {
  line: number; // of the file, from 1, where the row begins
  cells: string[];
}

export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

const separators = [";", "\t", ","];

// The one that the first line has most of outside of quotes; a tie goes to the semicolon, beside which commas are
// decimal.
export function separatorOf(text: string): string {
  const counts = new Map(separators.map((each) => [each, 0]));
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === "\n" || letter === "\r")) break;
    else if (!quoted && counts.has(letter)) counts.set(letter, counts.get(letter)! + 1);
  }
  return separators.reduce((best, each) => (counts.get(each)! > counts.get(best)! ? each : best));
}

// Blank lines, and a line that only says which separator follows (sep=;), are left out.
export function readCsv(given: string): Sheet {
  let text = given.replace(/^\uFEFF/, "");
  let line = 1;
  const said = /^sep=(.)\r?\n/i.exec(text);
  if (said !== null) {
    text = text.slice(said[0].length);
    line = 2;
  }
  const separator = said?.[1] ?? separatorOf(text);
  const rows: SheetRow[] = [];
  let row: SheetRow = { line, cells: [] };
  let cell = "";
  let quoted = false;
  const endCell = (): void => {
    row.cells.push(cell.trim());
    cell = "";
  };
  const endRow = (): void => {
    endCell();
    if (row.cells.some((each) => each !== "")) rows.push(row);
  };
  for (let i = 0; i < text.length; ++i) {
    const letter = text[i]!;
    if (letter === "\n") ++line;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[i++ + 1]!;
      else quoted = false;
    } else if (letter === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (letter === separator) {
      endCell();
    } else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[i + 1] === "\n") {
        ++i;
        ++line;
      } else if (letter === "\r") {
        ++line;
      }
      endRow();
      row = { line, cells: [] };
    } else {
      cell += letter;
    }
  }
  endRow();
  const [header, ...rest] = rows;
  return { header: header?.cells ?? [], rows: rest };
}
