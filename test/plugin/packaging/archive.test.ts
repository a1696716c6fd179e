import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { archiveOf, marketplaceManifest, type PackageManifest } from '../../../plugin/packaging/archive.ts';
import { filesToPack } from '../../../plugin/packaging/files.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageManifest;

let built: string;
beforeEach(() => {
  built = mkdtempSync(join(tmpdir(), 'built-'));
  mkdirSync(join(built, 'panel'));
  for (const [name, text] of Object.entries({
    'index.html': '<!doctype html>',
    'stagebook.js': 'void 0;',
    'icon.svg': '<svg/>',
    'panel/index.html': 'of the daemon',
    'stagebook-0.0.1.zip': 'an older one',
    'manifest.json': '{}',
  }))
    writeFileSync(join(built, name), text);
});
afterEach(() => rmSync(built, { recursive: true, force: true }));

it('packs what Logseq loads, what people read, and a manifest that Logseq understands [ui.package.zip]', () => {
  const entries = unzipSync(archiveOf(manifest, filesToPack(ROOT, built)));
  const names = Object.keys(entries);
  expect(names.filter((name) => !name.startsWith('pictures/'))).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/icon.svg',
    'dist/index.html',
    'dist/stagebook.js',
    'package.json',
  ]);
  const packed = JSON.parse(strFromU8(entries['package.json']!)) as PackageManifest & { main: string };
  expect(packed).toMatchObject({ name: 'stagebook', main: 'dist/index.html', author: manifest.author });
  expect(packed.logseq).toEqual({
    id: 'stagebook',
    title: 'Stagebook',
    main: 'dist/index.html',
    icon: 'dist/icon.svg',
    effect: false,
    supportsDB: true,
  });
  expect(names).toEqual(expect.arrayContaining([packed.main, packed.logseq.main, packed.logseq.icon]));
  // Every picture that the README shows is in it.
  const shown = strFromU8(entries['README.md']!).match(/pictures\/[\w.-]+\.png/g) ?? [];
  expect(names).toEqual(expect.arrayContaining(shown));
});

it('is the same to the byte in every time zone [ui.package.same]', () => {
  const script = `
    import { createHash } from 'node:crypto';
    import { archiveOf } from ${JSON.stringify(join(ROOT, 'plugin/packaging/archive.ts'))};
    import { filesToPack } from ${JSON.stringify(join(ROOT, 'plugin/packaging/files.ts'))};
    const files = filesToPack(${JSON.stringify(ROOT)}, ${JSON.stringify(built)});
    console.log(createHash('sha256').update(archiveOf(${JSON.stringify(manifest)}, files)).digest('hex'));`;
  const hashes = ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'].map((TZ) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    }).trim(),
  );
  expect(new Set(hashes).size).toBe(1);
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
});

it('tells the marketplace everything that it asks for [ui.package.zip]', () => {
  expect(marketplaceManifest(manifest, 'ada/stagebook')).toEqual({
    title: 'Stagebook',
    description: manifest.description,
    author: manifest.author,
    repo: 'ada/stagebook',
    icon: 'dist/icon.svg',
    effect: false,
    supportsDB: true,
  });
});
