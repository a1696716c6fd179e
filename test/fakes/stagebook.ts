import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../daemon/config.ts';
import { openDaemon } from '../../daemon/open.ts';
import { enrol } from '../../daemon/people/enrol.ts';
import { markAsDemo } from '../../daemon/people/unattended.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { parsePersonaText } from '../../shared/workflow/persona.ts';

/** The command line, as a process is started with it. */
export const PROGRAM = fileURLToPath(new URL('../../daemon/cli/stagebook.mjs', import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when its output contains a text; rejects when it ends before. */
  says(text: string): Promise<void>;
}

/** The real command line in processes of its own, on a data directory that is removed afterwards. */
export interface Desk {
  home: string;
  /** A folder for pages and packages. */
  folder: string;
  write(name: string, text: string): string;
  start(...args: string[]): Running;
  run(...args: string[]): Promise<Ended>;
  /** Lets "demo" sign here without a terminal, and has them trust pages of workflows and personas, one after the other. */
  demo(...files: string[]): Promise<void>;
  remove(): Promise<void>;
}

export function createDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-cli-'));
  const home = join(folder, 'home');
  const children = new Set<ChildProcess>();
  const start = (...args: string[]): Running => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env: { ...process.env, STAGEBOOK_HOME: home, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const ended: Ended = { code: null, out: '', err: '' };
    const watchers = new Set<() => void>();
    const heard = (): void => watchers.forEach((watch) => watch());
    child.stdout.on('data', (chunk: Buffer) => {
      ended.out += chunk.toString();
      heard();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      ended.err += chunk.toString();
      heard();
    });
    const end = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        children.delete(child);
        resolve({ ...ended, code });
      });
    });
    const says = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!ended.out.includes(text) && !ended.err.includes(text)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        void end.then(({ out, err, code }) => reject(new Error(`ended with ${code} before “${text}”:\n${out}${err}`)));
      });
    return { child, ended: end, says };
  };
  return {
    home,
    folder,
    start,
    run: (...args) => start(...args).ended,
    write(name, text) {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    async demo(...files) {
      const daemon = await openDaemon(readConfig(home));
      try {
        const { engine, people, keys, personas } = daemon;
        const { person, pin } = markAsDemo(home);
        if (!people.find(person)) enrol(people, keys, { name: person, pin });
        for (const file of files) {
          const text = readFileSync(file, 'utf8');
          const { definition } = parseWorkflowText(text);
          const { title, persona: shape } = parsePersonaText(text);
          const hash = definition ? await engine.propose(definition) : await personas.keep({ title, shape: shape! });
          const challenge = engine.challenge({ kind: 'trust', definition: hash });
          await engine.trust(hash, keys.sign(person, pin, challenge));
        }
      } finally {
        await daemon.close();
      }
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([...children].map((child) => new Promise((resolve) => child.once('close', resolve))));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page with one stage of a persona around these blocks, each line of them as it stands in a stage. */
export function pageOf(lines: string, settings = '', persona = 'backend'): string {
  const indented = lines
    .trim()
    .split('\n')
    .map((line) => `\t${line}`)
    .join('\n');
  const header = settings === '' ? '' : `\n  \`\`\`yaml\n  ${settings}\n  \`\`\``;
  return `- {{renderer :stagebook, workflow}} A page${header}\n- {{renderer :stagebook, stage}} Work\n  \`\`\`yaml\n  persona: ${persona}\n  \`\`\`\n${indented}\n`;
}
