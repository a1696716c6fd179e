import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parts, requirements } from './requirements.ts';

const PART = Object.keys(parts).join('|');
const CITATION = new RegExp(String.raw`\[((?:${PART})\.[a-z0-9.-]+)\]`, 'g');
const ID = new RegExp(String.raw`^(${PART})\.[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$`);

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every id in brackets in the text of tests and benchmarks, with the files that cite it. */
function cited(): Map<string, string[]> {
  const citations = new Map<string, string[]>();
  for (const folder of ['test', 'bench']) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|mjs)$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      for (const [, id] of readFileSync(file, 'utf8').matchAll(CITATION))
        citations.set(id!, [...(citations.get(id!) ?? []), relative(ROOT, file)]);
    }
  }
  return citations;
}

const ids = requirements.map((requirement) => requirement.id);

it('gives every promise an id of its own and a sentence', () => {
  expect(ids).toEqual([...new Set(ids)]);
  for (const { id, text } of requirements) {
    expect(id).toMatch(ID);
    expect(text, id).toMatch(/^[A-Z0-9a-z-].*\.$/);
  }
});

it('finds a test or benchmark that proves each promise [core.house.requirements]', () => {
  const citations = cited();
  expect(ids.filter((id) => !citations.has(id))).toEqual([]);
});

it('finds no test that names a promise nobody made [core.house.requirements]', () => {
  const strangers = [...cited()].filter(([id]) => !ids.includes(id)).map(([id, files]) => `${id} in ${files[0]}`);
  expect(strangers).toEqual([]);
});
