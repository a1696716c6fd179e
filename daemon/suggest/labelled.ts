import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Labelled } from './subject.ts';

/** A line of a labelled file. `null` says that none fits; a dimension that is left out was not judged. */
const line = z.object({
  part: z.enum(['train', 'held-out']).optional(),
  kind: z.enum(['page', 'alert', 'path']).optional(),
  text: z.string().default(''),
  path: z.string().optional(),
  workflow: z.string().min(1).nullable().optional(),
  persona: z.string().min(1).nullable().optional(),
});

/** The parts of a labelled file. Without parts everything is held out. */
export interface LabelledFile {
  train: Labelled[];
  heldOut: Labelled[];
}

/** The examples that come along. */
export const EXAMPLES = new URL('examples.jsonl', import.meta.url);

/**
 * Reads a labelled file: JSON, one object a line, or one list of them. Fields: `text`, `path`, `kind` (page, alert, path; by
 * default path where only a path is given), `workflow`, `persona`, `part` (train, held-out). Throws `suggest.file`.
 */
export function readLabelled(file: string | URL): LabelledFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fail('not-found', 'suggest.file', `${String(file)} cannot be read: ${(error as Error).message}`);
  }
  const parts: LabelledFile = { train: [], heldOut: [] };
  for (const [index, item] of itemsOf(text, file).entries()) {
    const parsed = line.safeParse(item);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0]!;
      throw fail('invalid', 'suggest.file', `Entry ${index + 1} of ${String(file)}: ${path.join('.')} ${message}`);
    }
    const { part, kind, text: words, path, workflow, persona } = parsed.data;
    const labels = {
      ...(workflow === undefined ? {} : { workflow }),
      ...(persona === undefined ? {} : { persona }),
    };
    const own = { kind: kind ?? (words === '' && path !== undefined ? 'path' : 'page'), text: words, labels } as const;
    parts[part === 'train' ? 'train' : 'heldOut'].push(path === undefined ? own : { ...own, path });
  }
  return parts;
}

function itemsOf(text: string, file: string | URL): unknown[] {
  try {
    if (text.trimStart().startsWith('[')) return z.array(z.unknown()).parse(JSON.parse(text));
    return text
      .split('\n')
      .filter((each) => each.trim() !== '')
      .map((each): unknown => JSON.parse(each));
  } catch (error) {
    throw fail('invalid', 'suggest.file', `${String(file)} is no JSON, one object a line: ${(error as Error).message}`);
  }
}
