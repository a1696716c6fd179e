import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { fail } from '../../shared/failure.ts';
import { scenarioFile, type ScenarioFile } from './scenario.ts';

/** Reads a file of scenarios. Throws `scenario.invalid` with file, line and column. */
export function loadScenarios(file: string): ScenarioFile {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = [...document.errors, ...document.warnings];
  if (error) throw fail('invalid', 'scenario.invalid', `${at(error.pos[0])}: ${error.message}`);
  const parsed = scenarioFile.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const node = document.getIn(issue.path, true) as { range?: [number, number, number] } | undefined;
  const place = node?.range ? at(node.range[0]) : file;
  throw fail('invalid', 'scenario.invalid', `${place}: ${issue.path.join('.')}: ${issue.message}`);
}
