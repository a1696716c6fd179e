// `npm run package`: builds the plugin and packs it for Logseq's marketplace.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createBuilder } from 'vite';
import { archiveOf, marketplaceManifest, type PackageManifest } from './archive.ts';
import { filesToPack } from './files.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'dist');

const builder = await createBuilder({ configFile: join(ROOT, 'plugin/vite.config.ts'), logLevel: 'warn' });
await builder.buildApp();

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageManifest;
const files = filesToPack(ROOT, BUILT);
const archive = archiveOf(manifest, files);
const file = join(BUILT, `${manifest.name}-${manifest.version}.zip`);
writeFileSync(file, archive);
// Of the repository that a release is made in; the marketplace wants to be told once.
const repo = process.env['GITHUB_REPOSITORY'] ?? `OWNER/${manifest.name}`;
writeFileSync(join(BUILT, 'manifest.json'), `${JSON.stringify(marketplaceManifest(manifest, repo), null, 2)}\n`);

const script = gzipSync(files['dist/stagebook.js']!).length;
console.log(`${file}: ${kilobytes(archive.length)}, the plugin itself ${kilobytes(script)} gzipped`);
for (const name of Object.keys(files).sort()) console.log(`  ${name}`);

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
