import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionConfig, ActionContext, Memory, Pages, Sandbox } from '../../daemon/actions/action.ts';
import { systemClock, type Clock } from '../../daemon/clock.ts';
import { createProcessRunner } from '../../daemon/process/runner.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Json } from '../../shared/json.ts';

export interface TestContext extends ActionContext {
  /** What the action said while it ran. */
  logged: string[];
  /** The same step's context in a later attempt. */
  again(): TestContext;
}

export interface TestContextOptions {
  config?: Partial<ActionConfig>;
  key?: string;
  signal?: AbortSignal;
  clock?: Clock;
  memory?: Record<string, { value: Json; at: number }>;
  pages?: Pages;
  earlierKeys?: readonly string[];
  /** How often the run was begun, from 1. */
  epoch?: number;
  source?: { language: string; text: string };
  /** A sandbox that keeps its word, where that matters. */
  sandbox?: Sandbox;
}

/** What an action sees, on the real network and with real processes, in a folder of its own; without engine and journal. */
export async function testContext(options: TestContextOptions = {}): Promise<TestContext> {
  const process = createProcessRunner({ programs: options.config?.programs ?? {} });
  const logged: string[] = [];
  const make = (attempt: number): TestContext => ({
    key: options.key ?? 'key-of-this-test',
    earlierKeys: options.earlierKeys ?? [],
    ...(options.source && { source: options.source }),
    attempt,
    node: 'stage/step',
    persona: 'tester',
    signal: options.signal ?? new AbortController().signal,
    clock: options.clock ?? systemClock,
    logged,
    log: (line) => void logged.push(line),
    again: () => make(attempt + 1),
    run: {
      id: 'run-1',
      title: 'A test',
      startedAt: 0,
      by: 'tester',
      // No action of these looks at more of it.
      state: () => ({ epoch: options.epoch ?? 1 }) as RunState,
    },
    services: {
      process,
      sandbox: options.sandbox ?? hostSandbox(process),
      memory: memoryOf(options.memory ?? {}),
      pages: options.pages ?? noPages,
      fetch: globalThis.fetch,
      config: {
        githubUrl: 'http://127.0.0.1:1',
        npmRegistry: 'http://127.0.0.1:1/',
        pypiUploadUrl: 'http://127.0.0.1:1/legacy/',
        pypiIndexUrl: 'http://127.0.0.1:1/simple/',
        programs: {},
        workDirectory,
        ...options.config,
      },
    },
  });
  const workDirectory = await mkdtemp(join(tmpdir(), 'work-'));
  return make(1);
}

/** Runs code on the host. The sandbox has tests of its own; here it matters what it is asked to do. */
function hostSandbox(process: ActionContext['services']['process']): Sandbox {
  return {
    level: () => Promise.resolve({ level: 'unisolated', why: 'A test of something else.' }),
    async run({ code, signal, timeoutMs, onLine }) {
      const interpreter = code?.language === 'python' ? ['python3', '-c'] : ['node', '-e'];
      const result = await process.run([...interpreter, code?.text ?? ''], {
        signal,
        timeoutMs,
        ...(onLine && { onLine }),
      });
      return { ...result, level: 'unisolated' };
    },
  };
}

function memoryOf(values: Record<string, { value: Json; at: number }>): Memory {
  return {
    read: (key) => values[key]?.value,
    search: (words, limit) =>
      Object.entries(values)
        .filter(([key, { value }]) => `${key} ${JSON.stringify(value)}`.includes(words))
        .map(([key, { value, at }]) => ({ key, value, at }))
        .toSorted((one, other) => other.at - one.at)
        .slice(0, limit),
  };
}

const noPages: Pages = {
  write: () => Promise.reject(new Error('There are no pages in this test.')),
  append: () => Promise.reject(new Error('There are no pages in this test.')),
  read: () => Promise.resolve(null),
  section: () => Promise.resolve(null),
};
