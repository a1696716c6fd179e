import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashJson } from '../../shared/canonical-json.ts';
import { toFailure } from '../../shared/failure.ts';
import type { Graph, GraphBlock } from '../graph/graph.ts';
import { isWithin } from '../graph/page-files.ts';
import { loadScenarios } from '../scenarios/load.ts';
import { replay } from '../scenarios/replay.ts';
import type { Stage } from '../scenarios/run.ts';
import type { CheckInfo, Finding } from './finding.ts';

export const proofInfo: CheckInfo = {
  check: 'action-item-proof',
  title: 'Action items whose proof does not hold',
  explanation: 'An action item that is done names the scenario that proves it, and that scenario says otherwise.',
};

const SUFFIX = '.scenarios.yaml';

/**
 * Looks whether the scenarios that done action items name (`scenario:: file#name`, from the graph's folder) are there, and, where
 * the workflow stands beside the file, whether they hold. One is played again only when it or its workflow changed.
 */
export function createProofs(stage: () => Omit<Stage, 'definition'>) {
  const known = new Map<string, { stamp: string; trouble: string | undefined }>();

  const troubleOf = async (folder: string, said: string): Promise<string | undefined> => {
    const [path = '', name] = said.split(/#(.*)/s).map((part) => part.trim());
    const file = resolve(folder, path);
    if (!isWithin(folder, file) || !existsSync(file)) return `There is no file ${path} in the graph's folder.`;
    const workflow = file.endsWith(SUFFIX) ? join(file.slice(0, -SUFFIX.length) + '.md') : '';
    const stamp = [file, workflow].map((each) => (existsSync(each) ? String(statSync(each).mtimeMs) : '')).join();
    const before = known.get(`${file}#${name}`);
    if (before?.stamp === stamp) return before.trouble;
    const trouble = await look(file, existsSync(workflow) ? workflow : undefined, name, stage).catch(
      (error: unknown) => toFailure(error).message,
    );
    known.set(`${file}#${name}`, { stamp, trouble });
    return trouble;
  };

  /** `pages`: names of the pages with action items, which are the post-mortems. */
  return async (graph: Graph, folder: string, pages: Iterable<string>): Promise<Finding[]> => {
    const findings: Finding[] = [];
    for (const page of pages) {
      const found = await graph.read(page).catch(() => null);
      for (const block of walk(found?.blocks ?? [])) {
        const said = block.properties.scenario;
        if (said === undefined || !/^(?:#{1,6}\s+)?DONE\s/.test(block.content)) continue;
        const trouble = await troubleOf(folder, said);
        if (trouble === undefined) continue;
        findings.push({
          id: hashJson({ check: proofInfo.check, page, said }).slice(0, 32),
          check: proofInfo.check,
          severity: 'error',
          page,
          ...(block.uuid === undefined ? {} : { block: block.uuid }),
          message: `“${titleOf(block)}” is done, but its proof does not say so. ${trouble}`,
          weight: 0,
        });
      }
    }
    return findings;
  };
}

async function look(
  file: string,
  workflow: string | undefined,
  name: string | undefined,
  stage: () => Omit<Stage, 'definition'>,
): Promise<string | undefined> {
  if (workflow === undefined) {
    const { scenarios } = loadScenarios(file);
    const isThere = name === undefined || scenarios.some((each) => each.name === name);
    return isThere ? undefined : `The file has no scenario “${name}”.`;
  }
  const played = await replay(file, workflow, stage(), name);
  const failed = played.find(({ differed }) => differed.length > 0);
  return failed && `“${failed.name}” goes otherwise: ${failed.differed.join('; ')}.`;
}

function* walk(blocks: readonly GraphBlock[]): Generator<GraphBlock> {
  for (const block of blocks) {
    yield block;
    yield* walk(block.children);
  }
}

function titleOf({ content }: GraphBlock): string {
  const line = content.split('\n', 1)[0]!.replace(/^(?:#{1,6}\s+)?DONE\s+/, '');
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
