import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { differences } from './expect.ts';
import { loadScenarios } from './load.ts';
import { coverageReport, failureReport } from './report.ts';
import { play, type Stage } from './run.ts';

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
 * scenario reaches, or a gate seen only one way, is a failure too. Throws `scenario.none` when there is nothing to run.
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
  const page = file.replace(SUFFIX, '.md');
  const { definition, problems } = parseWorkflowText(readFileSync(page, 'utf8'));
  if (!definition) {
    const [first] = problems;
    throw fail(
      'invalid',
      first?.code ?? 'page.invalid',
      `${page}:${first?.place.line}:${first?.place.column}: ${first?.message}`,
    );
  }
  const { defaults, scenarios } = loadScenarios(file);
  const began = performance.now();
  const tested: Tested = {
    workflow: definition.header.title,
    passed: 0,
    failed: [],
    coverage: coverageOf(definition, []),
    seconds: 0,
  };
  const plays = [];
  print(definition.header.title);
  for (const scenario of scenarios) {
    const played = await play({ ...stage, definition }, defaults, scenario);
    plays.push(played);
    const differed = differences(played, scenario.expect);
    if (differed.length === 0) {
      tested.passed += 1;
      print(`  ✓ ${scenario.name}`);
    } else {
      tested.failed.push({ name: scenario.name, differed });
      for (const line of failureReport(scenario.name, differed, played, definition)) print(`  ${line}`);
    }
  }
  tested.coverage = coverageOf(definition, plays);
  tested.seconds = (performance.now() - began) / 1000;
  for (const line of coverageReport(tested.coverage)) print(`  ${line}`);
  return tested;
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
