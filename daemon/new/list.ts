import { fail } from '../../shared/failure.ts';

/** One entry of a list: a name, or a name that is called (`mcpCall(noTools)`); or a text. */
const ENTRIES = { export: String.raw`[A-Za-z]\w*(?:\([\w, ]*\))?`, text: String.raw`'[^']*'` };

/** The source of a list with one more entry at its end. Throws `new.no_list` when there is no list in it. */
export function addEntry(source: string, kind: keyof typeof ENTRIES, entry: string): string {
  const one = ENTRIES[kind];
  // Every part of it begins with another character than the one before may end with: it takes no longer for a long list.
  const array = new RegExp(String.raw`\[(\s*${one}(?:,\s*${one})*),?\s*\]`).exec(source);
  if (!array) throw fail('invalid', 'new.no_list', 'No list was found to add a line to. Add it by hand.');
  const end = array.index + 1 + array[1]!.length;
  return `${source.slice(0, end)}, ${entry}${source.slice(source[end] === ',' ? end + 1 : end)}`;
}

/** The source with one more import from a file beside it, in the alphabetical order of the files. */
export function addImport(source: string, name: string, file: string): string {
  const line = `import { ${name} } from './${file}.ts';\n`;
  const imports = [...source.matchAll(/^import [^;]* from '\.\/([\w-]+)\.ts';\n/gm)];
  const next = imports.find((found) => found[1]! > file);
  const last = imports.at(-1);
  const at = next?.index ?? (last ? last.index + last[0].length : 0);
  return source.slice(0, at) + line + source.slice(at);
}
