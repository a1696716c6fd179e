import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { withFaults, type Faults } from './faults.ts';
import { listenOnLoopback } from './loopback.ts';

export interface PypiIndex {
  /** Where uploads go (PyPI's legacy upload API). */
  uploadUrl: string;
  /** The simple index (PEP 503 and 691). */
  indexUrl: string;
  token: string;
  /** What was uploaded, in order. */
  files(): readonly { name: string; version: string; filename: string; form: Readonly<Record<string, string>> }[];
  faults: Faults;
  stop(): Promise<void>;
}

interface StoredFile {
  filename: string;
  project: string;
  name: string;
  version: string;
  form: Record<string, string>;
  bytes: Uint8Array;
  sha256: string;
}

/**
 * A package index that behaves towards pip, twine and us as PyPI does: uploads by token (a wrong one is 403), a file
 * name is good for once (a second time is 400), digests are checked, and the index is HTML or JSON as asked.
 */
export async function startPypi(options: { token?: string } = {}): Promise<PypiIndex> {
  const token = options.token ?? `pypi-${crypto.randomUUID()}`;
  const stored: StoredFile[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method === 'POST' && pathname === '/legacy/') return upload(request, response);
    const [, area, name, rest] = /^\/(simple|files|pypi)\/([^/]+)\/?(json)?$/.exec(pathname) ?? [];
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, 'Method Not Allowed');
    if (area === 'files') return download(response, decodeURIComponent(name!));
    const files = stored.filter((file) => file.project === normalised(decodeURIComponent(name ?? '')));
    if (!files.length) return plain(response, 404, 'Not Found');
    if (area === 'simple') return index(request, response, files);
    if (area === 'pypi' && rest === 'json') return json(response, projectJson(files));
    return plain(response, 404, 'Not Found');
  };

  const upload = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const expected = `Basic ${Buffer.from(`__token__:${token}`).toString('base64')}`;
    if (request.headers.authorization !== expected) {
      return plain(response, 403, 'Invalid or non-existent authentication information.');
    }
    let form: FormData;
    try {
      form = await new Response(body, {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
    } catch {
      return plain(response, 400, 'Invalid distribution upload.');
    }
    const text: Record<string, string> = {};
    for (const [key, value] of form) if (typeof value === 'string') text[key] = value;
    const refusal = await refusalOf(form, text, stored);
    if (refusal) return plain(response, 400, refusal);
    const content = form.get('content') as File;
    const bytes = new Uint8Array(await content.arrayBuffer());
    stored.push({
      filename: content.name,
      project: normalised(text['name']!),
      name: text['name']!,
      version: text['version']!,
      form: text,
      bytes,
      sha256: sha256(bytes),
    });
    plain(response, 200, 'OK', '');
  };

  const download = (response: ServerResponse, filename: string): void => {
    const file = stored.find((one) => one.filename === filename);
    if (!file) return plain(response, 404, 'Not Found');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length });
    response.end(file.bytes);
  };

  const { listener, faults } = withFaults((request, response) => {
    handle(request, response).catch((error: unknown) => plain(response, 500, String(error)));
  });
  const server = await listenOnLoopback(listener);
  return {
    uploadUrl: `${server.url}/legacy/`,
    indexUrl: `${server.url}/simple/`,
    token,
    files: () => stored,
    faults,
    stop: server.close,
  };
}

/** PyPI's own words where a client looks at them; nothing when the upload is good. */
async function refusalOf(
  form: FormData,
  text: Record<string, string>,
  stored: readonly StoredFile[],
): Promise<string | undefined> {
  if (text[':action'] !== 'file_upload') return 'Invalid action.';
  for (const field of ['metadata_version', 'name', 'version', 'filetype', 'pyversion']) {
    if (!text[field]) return `${field}: This field is required.`;
  }
  const content = form.get('content');
  if (!(content instanceof File)) return 'Upload payload does not have a file.';
  const digest = sha256(new Uint8Array(await content.arrayBuffer()));
  if (!text['sha256_digest'] && !text['md5_digest']) return 'Use at least one message digest.';
  if (text['sha256_digest'] && text['sha256_digest'] !== digest) {
    return 'The digest supplied does not match a digest calculated from the uploaded file.';
  }
  if (!content.name.replaceAll('_', '-').toLowerCase().startsWith(normalised(text['name']!))) {
    return `Start filename for '${content.name}' with '${normalised(text['name']!).replaceAll('-', '_')}'.`;
  }
  const same = stored.find((file) => file.filename === content.name);
  // Stricter than PyPI, which takes the very same bytes again in silence: here a doubled upload shows.
  if (same) return `File already exists ('${content.name}', with sha256 hash '${same.sha256}').`;
  return undefined;
}

function index(request: IncomingMessage, response: ServerResponse, files: readonly StoredFile[]): void {
  if (request.headers.accept?.includes('application/vnd.pypi.simple.v1+json')) {
    response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
    response.end(
      JSON.stringify({
        meta: { 'api-version': '1.1' },
        name: files[0]!.project,
        versions: [...new Set(files.map((file) => file.version))],
        files: files.map((file) => ({
          filename: file.filename,
          url: `/files/${file.filename}`,
          size: file.bytes.length,
          hashes: { sha256: file.sha256 },
        })),
      }),
    );
    return;
  }
  const links = files.map((file) => `<a href="/files/${file.filename}#sha256=${file.sha256}">${file.filename}</a><br>`);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!DOCTYPE html><html><body>\n${links.join('\n')}\n</body></html>`);
}

function projectJson(files: readonly StoredFile[]): unknown {
  const last = files.at(-1)!;
  const entry = (file: StoredFile) => ({ filename: file.filename, digests: { sha256: file.sha256 } });
  return {
    info: { name: last.name, version: last.version, summary: last.form['summary'] ?? '' },
    releases: Object.groupBy(
      files.map((file) => ({ ...entry(file), version: file.version })),
      (file) => file.version,
    ),
    urls: files.filter((file) => file.version === last.version).map(entry),
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

/** PyPI puts its reason into the status line and the body; clients read the one or the other. */
function plain(response: ServerResponse, status: number, reason: string, body = reason): void {
  response.writeHead(status, reason, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

/** PEP 503. */
function normalised(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
