import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { NodeKey } from '../shared/workflow/definition.ts';
import type { ActionConfig, Memory, RunInfo, Services } from './actions/action.ts';
import type { Config } from './config.ts';
import type { PageService } from './graph/page-service.ts';
import { Processes } from './journal/processes.ts';
import type { Journal } from './journal/journal.ts';
import { memoryOfRun } from './journal/run-memory.ts';
import type { Notices } from './notices/notices.ts';
import { createProcessRunner } from './process/runner.ts';
import { endSurvivors } from './process/survivors.ts';
import { createSandbox } from './sandbox/sandbox.ts';
import { sandboxOptions } from './sandbox/settings.ts';
import type { Secrets } from './secrets/secrets.ts';
import { openSources, type AskTool } from './telemetry-sources/sources.ts';

/** What steps act with: programs, the sandbox, the memory, the addresses of counterparts. */
export function createMeans(
  config: Config,
  database: Database.Database,
  journal: Pick<Journal, 'run' | 'memory'>,
  secrets: Secrets,
  notices?: Notices,
  ask?: AskTool,
) {
  const processes = new Processes(database);
  const programs = config.programs ?? {};
  const sandbox = createSandbox({
    process: createProcessRunner({ programs }),
    ...sandboxOptions(config.sandbox, secrets),
  });
  const addresses = actionConfig(config, secrets, ask);
  return {
    services(run: RunInfo, node: NodeKey, pages: Pick<PageService, 'of'>): Services {
      const runner = createProcessRunner({
        programs,
        onStart: ({ pid, started }) => processes.add(run.id, node, pid, started),
        onEnd: ({ pid, started }) => processes.drop(pid, started),
      });
      return {
        process: runner,
        sandbox,
        memory: memoryOf(journal, run.id),
        pages: pages.of(run.id),
        ...(notices ? { notices } : {}),
        fetch,
        config: addresses,
      };
    },
    /** For looks outside of any run: the network and the addresses of sources. */
    sourcesOnly: () => ({ fetch, config: addresses }),
    async endSurvivors(): Promise<void> {
      const recorded = processes.all();
      await endSurvivors(recorded);
      for (const { pgid, started } of recorded) processes.drop(pgid, started);
    },
    sandboxLevel: () => sandbox.level(),
    close: () => sandbox.close(),
  };
}

function memoryOf(journal: Pick<Journal, 'run' | 'memory'>, run: string): Memory {
  const rows = () => {
    const row = journal.run(run);
    return row ? memoryOfRun(journal, row) : journal.memory(run);
  };
  return {
    read: (key) => rows().find((row) => row.key === key)?.value,
    search(words, limit) {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      const found = rows().filter(({ key, value }) => {
        const text = `${key} ${JSON.stringify(value)}`.toLowerCase();
        return wanted.every((word) => text.includes(word));
      });
      return found.slice(0, limit).map(({ key, value, at }) => ({ key, value, at }));
    },
  };
}

function actionConfig(config: Config, secrets: Secrets, ask?: AskTool): ActionConfig {
  const workDirectory = join(config.home, 'work');
  mkdirSync(workDirectory, { recursive: true });
  const { github, npm, pypi } = config;
  return {
    githubUrl: github?.url ?? 'https://api.github.com',
    ...(github?.paced === undefined ? {} : { githubPaced: github.paced }),
    npmRegistry: npm?.registry ?? 'https://registry.npmjs.org/',
    ...(npm?.staging ? { npmStagingRegistry: npm.staging } : {}),
    pypiUploadUrl: pypi?.upload ?? 'https://upload.pypi.org/legacy/',
    pypiIndexUrl: pypi?.index ?? 'https://pypi.org/simple/',
    pypiStagingUploadUrl: pypi?.['staging-upload'] ?? 'https://test.pypi.org/legacy/',
    pypiStagingIndexUrl: pypi?.['staging-index'] ?? 'https://test.pypi.org/simple/',
    sources: openSources(config.sources, (name) => secrets.read(name), ask),
    programs: config.programs ?? {},
    workDirectory,
  };
}
