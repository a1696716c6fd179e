import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ActionContext } from '../actions/action.ts';
import { replaceFile } from './write-file.ts';

// What a run has written into a checkout and not committed yet. When a part of the run is repeated, that must not look like
// somebody's unfinished work: the run would stand in its own way.

const records = z.array(z.object({ epoch: z.number(), content: z.string() }));

/** Replaces a file of a checkout as `replaceFile` does, after it is on record that this run means to. */
export async function replaceOwn(context: ActionContext, file: string, text: string): Promise<void> {
  const record = await recordOf(context, file);
  const before = await readRecords(record);
  const mine = { epoch: context.run.state().epoch, content: sha256(text) };
  await mkdir(path.dirname(record), { recursive: true });
  await replaceFile(record, JSON.stringify([...before, mine]));
  await replaceFile(file, text);
}

/** Whether a file is to the byte as an earlier epoch of this run left it. What anybody has changed since is theirs. */
export async function isOwnChange(context: ActionContext, file: string): Promise<boolean> {
  const written = await readRecords(await recordOf(context, file));
  if (written.length === 0) return false;
  const content = await readFile(file).then(sha256, () => undefined);
  const { epoch } = context.run.state();
  return written.some((one) => one.epoch < epoch && one.content === content);
}

async function recordOf({ run, services }: ActionContext, file: string): Promise<string> {
  const folder = await realpath(path.dirname(file)).catch(() => path.resolve(path.dirname(file)));
  const place = path.join(folder, path.basename(file));
  return path.join(services.config.workDirectory, 'own-changes', sha256(run.id), `${sha256(place)}.json`);
}

async function readRecords(record: string): Promise<z.infer<typeof records>> {
  const text = await readFile(record, 'utf8').catch(() => undefined);
  return text === undefined ? [] : records.parse(JSON.parse(text));
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
