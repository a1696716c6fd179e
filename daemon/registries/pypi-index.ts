import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { ActionConfig, ActionContext } from '../actions/action.ts';
import { ask, type Answer } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';

/** Addresses of one index: uploads go to the one, everything else comes from the other. */
export interface PypiAddresses {
  uploadUrl: string;
  /** The simple index (PEP 503), with a slash at the end. */
  indexUrl: string;
}

export interface IndexedFile {
  filename: string;
  /** Of the release it belongs to, as its name says. */
  version: string;
  /** Null where the index gives no SHA-256. */
  sha256: string | null;
  yanked: boolean;
}

/** Throws `pypi.no_staging` where no index for rehearsals is configured. */
export function pypiAddresses(config: ActionConfig, choice: 'production' | 'staging'): PypiAddresses {
  const [uploadUrl, indexUrl] =
    choice === 'staging'
      ? [config.pypiStagingUploadUrl, config.pypiStagingIndexUrl]
      : [config.pypiUploadUrl, config.pypiIndexUrl];
  if (!uploadUrl || !indexUrl) {
    throw fail(
      'invalid',
      'pypi.no_staging',
      'No package index for rehearsals is configured. Set pypiStagingUploadUrl and pypiStagingIndexUrl (TestPyPI’s) in the daemon’s configuration.',
    );
  }
  return { uploadUrl, indexUrl: indexUrl.endsWith('/') ? indexUrl : `${indexUrl}/` };
}

const projectSchema = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      hashes: z.record(z.string(), z.string()).default({}),
      yanked: z.union([z.boolean(), z.string()]).default(false),
    }),
  ),
});

/** All files of a project, or null where the index does not know it. Reads JSON (PEP 691), or HTML where there is none. */
export async function readPypiProject(
  context: ActionContext,
  indexUrl: string,
  name: string,
): Promise<IndexedFile[] | null> {
  const answer = await ask(context, 'the package index', {
    url: `${indexUrl}${normalisedName(name)}/`,
    headers: {
      accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.1',
      // PyPI's answers are cached on the way for ten minutes; what was just uploaded matters here.
      'cache-control': 'no-cache',
    },
    maxBytes: 64 * 2 ** 20,
  });
  if (answer.status === 404) return null;
  if (answer.status >= 400) throw pypiRefusal(context, answer);
  const isJson = answer.headers.get('content-type')?.includes('json');
  const files = isJson ? filesOfJson(answer, indexUrl) : filesOfHtml(answer.text(), indexUrl);
  return files.map((file) => ({ ...file, version: versionOf(file.filename, name) }));
}

/** The failure for a refusal of the index or its upload API. PyPI gives its reason in the status line or the body. */
export function pypiRefusal(context: ActionContext, answer: Answer): Error {
  const body = answer
    .text()
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return refusalFailure({
    area: 'pypi',
    who: 'The package index',
    status: answer.status,
    header: (name) => answer.headers.get(name),
    detail: /^(OK|Bad Request|Forbidden|)$/i.test(answer.statusText) ? body : answer.statusText,
    now: context.clock.now(),
  });
}

type FoundFile = Omit<IndexedFile, 'version'>;

function filesOfJson(answer: Answer, indexUrl: string): FoundFile[] {
  const parsed = projectSchema.safeParse(answer.json());
  if (!parsed.success) throw strangeAnswer(indexUrl);
  return parsed.data.files.map(({ filename, hashes, yanked }) => ({
    filename,
    sha256: hashes['sha256'] ?? null,
    yanked: yanked !== false,
  }));
}

function filesOfHtml(html: string, indexUrl: string): FoundFile[] {
  const files = [...html.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)].map(([, attributes = '', text = '']) => ({
    filename: text.trim(),
    sha256: /#sha256=([0-9a-f]{64})/i.exec(attributes)?.[1] ?? null,
    yanked: /\bdata-yanked\b/i.test(attributes),
  }));
  // A log-in or a page of a proxy has links too: a version that it does not name would look free.
  if (files.length > 0 && !files.some(({ filename }) => DISTRIBUTION.test(filename))) throw strangeAnswer(indexUrl);
  return files;
}

const DISTRIBUTION = /\.(whl|tar\.(gz|bz2|xz)|tgz|zip|egg|exe|msi|rpm|dmg)$/i;

function strangeAnswer(indexUrl: string): Error {
  return fail(
    'unavailable',
    'pypi.strange_answer',
    `What ${indexUrl} answered is no project page of a package index. Check pypi.index in config.yaml, and whether a proxy or a ` +
      'log-in stands in between.',
  );
}

/** PEP 503. */
export function normalisedName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Whether two versions are the same one, however they are spelt (PEP 440): `v1.0-rc.1` is `1.0.0rc1`. */
export function sameVersion(one: string, other: string): boolean {
  return canonicalVersion(one) === canonicalVersion(other);
}

const WORDS: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
  rev: 'post',
  r: 'post',
};

function canonicalVersion(version: string): string {
  const [release, rest] = splitAt(version.trim().toLowerCase().replace(/^v/, ''), /[^\d.!]/);
  const phases = rest.replace(/[-_.]?([a-z]+)[-_.]?(\d*)/g, (_, word: string, number: string) => {
    return `.${WORDS[word] ?? word}${Number(number)}`;
  });
  return `${release.replace(/\.+$/, '').replace(/(\.0+)+$/, '')}${phases}`;
}

function splitAt(text: string, pattern: RegExp): [string, string] {
  const at = text.search(pattern);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

/** Wheel: `name-version-…`; source distribution: `name-version.tar.gz`, where old names may have hyphens of their own. */
function versionOf(filename: string, name: string): string {
  if (filename.endsWith('.whl')) return filename.split('-')[1] ?? '';
  const stem = filename.replace(/\.(tar\.(gz|bz2|xz)|zip|tgz)$/, '');
  const hyphens = name.split('-').length;
  const parts = stem.split('-');
  const skip = normalisedName(parts.slice(0, hyphens).join('-')) === normalisedName(name) ? hyphens : 1;
  return parts.slice(skip).join('-');
}
