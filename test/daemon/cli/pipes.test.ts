import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../daemon/cli/stagebook.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stagebook-pipes-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([['list'], ['--help']])(
  'ends in peace when nobody reads what it says: %s [core.cli.pipes]',
  async (...words) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...process.env, STAGEBOOK_HOME: join(folder, 'home'), HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(said).toBe('');
    expect(status).toBe(0);
  },
);
