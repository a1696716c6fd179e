import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { fail } from '../../shared/failure.ts';
import { scenarioFile, type ScenarioFile } from './scenario.ts';

/** A file of scenarios that was read. */
export interface Loaded extends ScenarioFile {
  /** `file:line:column` of what stands at a path, or of the nearest thing around it. */
  at(path: readonly PropertyKey[]): string;
}

/** Reads a file of scenarios. Throws `scenario.not_found`, and `scenario.invalid` with file, line and column. */
export function loadScenarios(file: string): Loaded {
  const lines = new LineCounter();
  const document = parseDocument(readThere(file), { lineCounter: lines, prettyErrors: false, merge: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = [...document.errors, ...document.warnings];
  if (error) throw fail('invalid', 'scenario.invalid', `${place(error.pos[0])}: ${error.message}`);
  const at = (path: readonly PropertyKey[]): string => place(offsetOf(document, path));
  const parsed = scenarioFile.safeParse(document.toJS());
  if (parsed.success) return { ...parsed.data, at };
  const issue = parsed.error.issues[0]!;
  throw fail('invalid', 'scenario.invalid', `${at(issue.path)}: ${issue.path.join('.')}: ${issue.message}`);
}

/** A file of scenarios, or of the workflow that they are played against. Throws `scenario.not_found`. */
export function readThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw fail('not-found', 'scenario.not_found', `${file} cannot be read. Name a file. ${why}`, { cause: error });
  }
}

/** What a merge key brings in has no place of its own: then that of what it is merged into. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
