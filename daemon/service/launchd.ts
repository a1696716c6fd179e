import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeServiceFile } from './file.ts';
import { askManager, tellManager } from './manager.ts';
import type { Service, ServiceCommand, ServiceWorld } from './service.ts';
import { xmlText } from './xml.ts';

const LABEL = 'stagebook';
const ENDING_MS = 10_000;

/** macOS: an agent of the person's own launchd (launchd.plist(5), launchctl(1)). */
export function launchdAgent(world: ServiceWorld): Service {
  const { home, data, uid = 0 } = world;
  const log = join(data, 'service.log');
  const file = join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  const domain = `gui/${uid}`;
  const agent = `${domain}/${LABEL}`;
  const launchctl = (...args: string[]) => tellManager(world, ['launchctl', ...args]);
  const ask = (...args: string[]) => askManager(world, ['launchctl', ...args]);
  const loaded = async () => (await ask('print', agent)).exitCode === 0;

  /** Ending takes a moment after the command has come back, and nothing can be loaded before. */
  async function unload(): Promise<void> {
    if (!(await loaded())) return;
    await ask('bootout', agent);
    const until = Date.now() + ENDING_MS;
    while ((await loaded()) && Date.now() < until) await sleep(100);
  }

  return {
    kind: 'launchd agent',
    place: file,
    logs: log,
    async install(command) {
      const written = writeServiceFile(file, plistText(command, log));
      if (written === 'same' && (await loaded())) return written;
      await unload();
      // An agent that was switched off by hand stays off until it is switched on.
      await launchctl('enable', agent);
      await launchctl('bootstrap', domain, file);
      return written;
    },
    async state() {
      const installed = existsSync(file);
      const { exitCode, stdout } = await ask('print', agent);
      return { installed, running: exitCode === 0 && /^\s*state = running$/m.test(stdout) };
    },
    async uninstall() {
      if (!existsSync(file)) return false;
      await unload();
      rmSync(file);
      return true;
    },
  };
}

/** The agent's property list. It is started again whenever it ended with an error. */
export function plistText({ argv, environment }: ServiceCommand, log: string): string {
  const text = (value: string) => `<string>${xmlText(value)}</string>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    `  <key>Label</key>${text(LABEL)}`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...argv.map((word) => `    ${text(word)}`),
    '  </array>',
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    ...Object.entries(environment).map(([name, value]) => `    <key>${xmlText(name)}</key>${text(value)}`),
    '  </dict>',
    '  <key>RunAtLoad</key><true/>',
    '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
    `  <key>StandardOutPath</key>${text(log)}`,
    `  <key>StandardErrorPath</key>${text(log)}`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}
