import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { readTarEntry, readZipEntry } from './archive-entry.ts';
import { readArtifact } from './artifact-file.ts';

/** A wheel or a source distribution, as it was built. */
export interface PythonArtifact {
  path: string;
  filename: string;
  name: string;
  version: string;
  kind: 'bdist_wheel' | 'sdist';
  /** The wheel's Python tag (`py3`), or `source`. */
  pythonTag: string;
  sha256: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Core metadata as it stands in the artifact: field name as written → values in order; the body as `Description`. */
  metadata: ReadonlyMap<string, readonly string[]>;
}

/** Reads a wheel (`.whl`) or source distribution (`.tar.gz`). Throws `pypi.bad_artifact` when it is neither. */
export async function readPythonArtifact(path: string): Promise<PythonArtifact> {
  const bytes = await readArtifact(path);
  const filename = basename(path);
  const isWheel = filename.endsWith('.whl');
  const metadata = parseMetadata(metadataText(path, filename, bytes));
  const name = metadata.get('Name')?.[0];
  const version = metadata.get('Version')?.[0];
  if (!name || !version) throw badArtifact(path, 'its metadata names no package and version');
  return {
    path,
    filename,
    name,
    version,
    kind: isWheel ? 'bdist_wheel' : 'sdist',
    pythonTag: isWheel ? (filename.slice(0, -'.whl'.length).split('-').at(-3) ?? 'py3') : 'source',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    metadata,
  };
}

function metadataText(path: string, filename: string, bytes: Uint8Array): string {
  let found: Buffer | undefined;
  try {
    if (filename.endsWith('.whl')) found = readZipEntry(bytes, (name) => /^[^/]+\.dist-info\/METADATA$/.test(name));
    else if (filename.endsWith('.tar.gz')) found = readTarEntry(bytes, (name) => /^[^/]+\/PKG-INFO$/.test(name));
  } catch (error) {
    throw badArtifact(path, error instanceof Error ? error.message : String(error), error);
  }
  if (!found) throw badArtifact(path, 'it is no wheel (.whl) or source distribution (.tar.gz)');
  return found.toString('utf8');
}

function badArtifact(path: string, why: string, cause?: unknown): Error {
  return fail('invalid', 'pypi.bad_artifact', `${path} cannot be published: ${why}.`, { cause });
}

/** Core metadata is in the form of e-mail headers: a line that begins with white space goes on with the one before. */
function parseMetadata(text: string): Map<string, string[]> {
  const normal = text.replaceAll('\r\n', '\n');
  const end = normal.search(/\n\n/);
  const head = end < 0 ? normal : normal.slice(0, end);
  const fields = new Map<string, string[]>();
  for (const line of head.replace(/\n[ \t]+\|?/g, '\n\u0000').split('\n')) {
    if (line.startsWith('\u0000')) {
      const last = [...fields.values()].at(-1);
      if (last) last[last.length - 1] += `\n${line.slice(1)}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon);
    // Moved to the end, so that a continued line finds the field it belongs to.
    const values = [...(fields.get(name) ?? []), line.slice(colon + 1).trim()];
    fields.delete(name);
    fields.set(name, values);
  }
  const body = end < 0 ? '' : normal.slice(end + 2).trim();
  if (body) fields.set('Description', [body]);
  return fields;
}
