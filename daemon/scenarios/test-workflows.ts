import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { differences } from './expect.ts';
import { loadScenarios } from './load.ts';
import { coverageReport, failureReport } from './report.ts';
import { play, type Played, type Stage } from './run.ts';
import { untrue } from './vet.ts';

const SUFFIX = '.scenarios.yaml';

/** How the scenarios of one workflow went. */
export interface Tested {
  workflow: string;
  passed: number;
  failed: { name: string; differed: string[] }[];
  coverage: Coverage;
  seconds: number;
}

/**
 * Runs the scenarios beside each workflow of a folder (or of one workflow file), and prints as it goes. A node that no
 * scenario reaches, or a gate seen only one way, is a failure too. Throws `scenario.none` when there is nothing to run, and
 * `scenario.invalid` for a file that speaks of what is not there.
 */
export async function testWorkflows(
  place: string,
  stage: Omit<Stage, 'definition'>,
  print: (line: string) => void,
): Promise<Tested[]> {
  const files = scenarioFiles(place);
  if (files.length === 0) {
    throw fail(
      'not-found',
      'scenario.none',
      `There are no scenarios in ${place}. They stand beside a workflow, in <name>${SUFFIX}.`,
    );
  }
  const tested: Tested[] = [];
  for (const file of files) tested.push(await testOne(file, stage, print));
  return tested;
}

async function testOne(file: string, stage: Omit<Stage, 'definition'>, print: (line: string) => void): Promise<Tested> {
  const definition = readWorkflow(file.replace(SUFFIX, '.md'));
  const loaded = loadScenarios(file);
  const lies = untrue(loaded, { definition, actions: stage.actions, page: stage.page });
  if (lies.length > 0) throw fail('invalid', 'scenario.invalid', lies.join('\n'));
  const began = performance.now();
  let passed = 0;
  const failed: Tested['failed'] = [];
  const plays: Played[] = [];
  print(definition.header.title);
  for (const scenario of loaded.scenarios) {
    const played = await play({ ...stage, definition }, loaded.defaults, scenario);
    plays.push(played);
    const differed = differences(played, scenario.expect);
    if (differed.length === 0) {
      passed += 1;
      print(`  ✓ ${scenario.name}`);
    } else {
      failed.push({ name: scenario.name, differed: differed.map(({ text }) => text) });
      for (const line of failureReport(scenario.name, differed, played, definition)) print(`  ${line}`);
    }
  }
  const coverage = coverageOf(definition, plays);
  for (const line of coverageReport(coverage)) print(`  ${line}`);
  const seconds = (performance.now() - began) / 1000;
  return { workflow: definition.header.title, passed, failed, coverage, seconds };
}

function readWorkflow(file: string): Definition {
  if (!existsSync(file)) {
    const message = `There is no ${file} for the scenarios beside it. Name their workflow with --against FILE.`;
    throw fail('not-found', 'page.not_found', message);
  }
  const { definition, problems } = parseWorkflowText(readFileSync(file, 'utf8'));
  if (definition) return definition;
  const [first] = problems;
  const place = first ? `${file}:${first.place.line}:${first.place.column}` : file;
  throw fail('invalid', first?.code ?? 'page.invalid', `${place}: ${first?.message ?? 'This is no workflow.'}`);
}

/** Whether everything held and nothing is left uncovered. */
export function allWell(tested: readonly Tested[]): boolean {
  return tested.every(({ failed, coverage }) => failed.length + coverage.missing.length + coverage.oneWay.length === 0);
}

function scenarioFiles(place: string): string[] {
  if (!existsSync(place)) throw fail('not-found', 'page.not_found', `There is no ${place}.`);
  if (!statSync(place).isDirectory()) {
    const beside = place.endsWith(SUFFIX) ? place : place.replace(/\.md$/, SUFFIX);
    return existsSync(beside) ? [beside] : [];
  }
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => join(place, name));
}
