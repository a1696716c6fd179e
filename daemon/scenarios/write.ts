import { existsSync, readFileSync } from 'node:fs';
import { isSeq, parseDocument, stringify } from 'yaml';
import { fail } from '../../shared/failure.ts';
import { replaceFile } from '../project/write-file.ts';
import { loadScenarios } from './load.ts';
import type { Scenario } from './scenario.ts';

/**
 * Puts a scenario into a file: a new one, or behind those that are there, whose comments stay. Throws `scenario.twice` for a
 * name that the file has already, and `scenario.invalid` for a file of something else.
 */
export async function addScenario(file: string, scenario: Scenario): Promise<void> {
  if (!existsSync(file)) {
    await replaceFile(file, stringify({ scenarios: [scenario] }, { lineWidth: 0 }));
    return;
  }
  const { scenarios } = loadScenarios(file);
  if (scenarios.some(({ name }) => name === scenario.name)) {
    throw fail('conflict', 'scenario.twice', `${file} has a scenario “${scenario.name}” already. Give another --name.`);
  }
  const document = parseDocument(readFileSync(file, 'utf8'), { merge: true });
  const list = document.get('scenarios');
  if (!isSeq(list)) throw fail('invalid', 'scenario.invalid', `${file} has no list of scenarios.`);
  list.add(document.createNode(scenario));
  await replaceFile(file, document.toString({ lineWidth: 0 }));
}
