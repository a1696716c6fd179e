import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { fail } from '../../shared/failure.ts';
import { kinds, type Kind } from './kinds.ts';
import { addEntry, addImport } from './list.ts';

const TEMPLATES = fileURLToPath(new URL('templates', import.meta.url));

const RESERVED = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/**
 * Makes a new primitive, action, page kind or check of the review in the project at `root`: its file, its test and its line in the list.
 * Returns the paths that were written. Throws, with nothing written, when the kind is unknown, or the name is bad or taken.
 */
export async function create(root: string, kindName: string, name: string): Promise<string[]> {
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
  if (!kind) throw fail('invalid', 'new.kind', `There is no “${kindName}” to make: ${Object.keys(kinds).join(', ')}.`);
  if (!kind.pattern.test(name)) throw fail('invalid', 'new.name', `“${name}” is no name for it: ${kind.naming}.`);
  const words = kind.words(name);
  const file = words.join('-');
  const files = new Map<string, string>();
  const exported = exportName(kind, words);
  const fill = (template: string): string =>
    readFileSync(join(TEMPLATES, `${template}.txt`), 'utf8')
      .replaceAll('__NAME__', name)
      .replaceAll('__FILE__', file)
      .replaceAll('__EXPORT__', exported)
      .replaceAll('__TITLE__', words.map(capital).join(' '));
  files.set(`${kind.folder}/${file}.ts`, fill(`${kindName}.ts`));
  files.set(`test/${kind.folder}/${file}.test.ts`, fill(`${kindName}.test.ts`));
  for (const path of files.keys())
    if (existsSync(join(root, path))) throw fail('conflict', 'new.taken', `${path} exists already.`);
  for (const list of kind.lists) {
    const source = readFileSync(join(root, list.file), 'utf8');
    // A file may hold several actions, so a free file name says little.
    if (new RegExp(`\\b${exported}\\b|'${name.replace('.', '\\.')}'`).test(source))
      throw fail('conflict', 'new.taken', `${name} is in ${list.file} already.`);
    const added = addEntry(source, list.entry, list.entry === 'export' ? exported : `'${name}'`);
    files.set(list.file, list.entry === 'export' ? addImport(added, exported, file) : added);
  }
  for (const [path, text] of files) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, await format(text, { ...(await resolveConfig(target)), filepath: target }));
  }
  return [...files.keys()];
}

function exportName(kind: Kind, words: readonly string[]): string {
  const plain = words[0] + words.slice(1).map(capital).join('');
  return kind.suffix === 'always' || RESERVED.has(plain) ? plain + capital(kind.suffixWord) : plain;
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
