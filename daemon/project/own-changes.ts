import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ActionContext } from '../actions/action.ts';
import { replaceFile } from './write-file.ts';

// What a run has written into a checkout and not committed yet. When a part of the run is repeated, that must not look like
// somebody's unfinished work: the run would stand in its own way. When it is given up, all of that can be put back.

const records = z.array(
  z.object({
    epoch: z.number(),
    content: z.string(),
    /** The bytes that it took the place of, in Base64; null where there was no file. */
    before: z.string().nullable().optional(),
  }),
);
type Records = z.infer<typeof records>;

/** Replaces a file of a checkout as `replaceFile` does, after it is on record that this run means to, and what stood there. */
export async function replaceOwn(context: ActionContext, file: string, text: string): Promise<void> {
  const record = await recordOf(context, file);
  const written = await readRecords(record);
  const before = (await contentOf(file))?.toString('base64') ?? null;
  const mine = { epoch: context.run.state().epoch, content: sha256(text), before };
  await mkdir(path.dirname(record), { recursive: true });
  await replaceFile(record, JSON.stringify([...written, mine]));
  await replaceFile(file, text);
}

/** Whether a file is to the byte as an earlier epoch of this run left it. What anybody has changed since is theirs. */
export async function isOwnChange(context: ActionContext, file: string): Promise<boolean> {
  const written = await readRecords(await recordOf(context, file));
  if (written.length === 0) return false;
  const content = await contentOf(file);
  const { epoch } = context.run.state();
  return content !== undefined && written.some((one) => one.epoch < epoch && one.content === sha256(content));
}

/**
 * How a file stands to what this epoch of the run has made of it: `own` to the byte as it was written last, `before` as it was
 * found (or never touched), `changed` by somebody since.
 */
export async function ownStanding(context: ActionContext, file: string): Promise<'own' | 'before' | 'changed'> {
  const written = await writtenNow(context, file);
  const [first, last] = [written[0], written.at(-1)];
  if (first?.before === undefined || last === undefined) return 'before';
  const content = await contentOf(file);
  if ((content?.toString('base64') ?? null) === first.before) return 'before';
  return content !== undefined && sha256(content) === last.content ? 'own' : 'changed';
}

/** Gives a file the bytes that this epoch of the run found there, or removes one that it has made. */
export async function putBackOwn(context: ActionContext, file: string): Promise<void> {
  const before = (await writtenNow(context, file))[0]?.before;
  if (before === undefined) return;
  if (before === null) await rm(file, { force: true });
  else await replaceFile(file, Buffer.from(before, 'base64'));
}

async function writtenNow(context: ActionContext, file: string): Promise<Records> {
  const { epoch } = context.run.state();
  return (await readRecords(await recordOf(context, file))).filter((one) => one.epoch === epoch);
}

async function recordOf({ run, services }: ActionContext, file: string): Promise<string> {
  const folder = await realpath(path.dirname(file)).catch(() => path.resolve(path.dirname(file)));
  const place = path.join(folder, path.basename(file));
  return path.join(services.config.workDirectory, 'own-changes', sha256(run.id), `${sha256(place)}.json`);
}

async function readRecords(record: string): Promise<Records> {
  const text = await readFile(record, 'utf8').catch(() => undefined);
  return text === undefined ? [] : records.parse(JSON.parse(text));
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
