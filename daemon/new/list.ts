import { fail } from '../../shared/failure.ts';

/** An array that has nothing but names (`[one, two]`) or nothing but texts (`['one', 'two']`). */
const ARRAYS = {
  export: /\[((?:\s*[A-Za-z]\w*,?)+)\s*\]/,
  text: /\[((?:\s*'[^']*',?)+)\s*\]/,
};

/** The source of a list with one more entry at its end. Throws `new.no_list` when there is no list in it. */
export function addEntry(source: string, kind: keyof typeof ARRAYS, entry: string): string {
  const array = ARRAYS[kind].exec(source);
  if (!array) throw fail('invalid', 'new.no_list', 'No list was found to add a line to. Add it by hand.');
  const entries = array[1]!.trimEnd().replace(/,$/, '');
  const end = array.index + 1 + array[1]!.trimEnd().length;
  return `${source.slice(0, array.index + 1)}${entries}, ${entry}${source.slice(end)}`;
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
