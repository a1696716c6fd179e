import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function bench(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const argv = ['--import', './daemon/runtime.mjs', 'bench/index.ts', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: ROOT }, (failed, out, error) => {
      resolve({ code: typeof failed?.code === 'number' ? failed.code : 0, out, error });
    });
  });
}

describe('npm run bench', () => {
  it('prints each figure beside its target, and whether it is met [core.house.bench]', async () => {
    const { out } = await bench('regex');
    expect(out).toMatch(/^regex: /);
    expect(out).toMatch(/^ {2}each time after +[\d.]+ ms +≤ 50 ms +(met|NOT MET)$/m);
  });

  it(
    'ends with the line of a contender, after the raw limit of the machine [core.house.bench]',
    { timeout: 240_000 },
    async () => {
      const { code, out } = await bench('--json');
      const lines = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      const number = expect.any(Number) as number;
      const speed = { steps_per_s: number, p50_ms: number, p99_ms: number };
      expect(code).toBe(0);
      expect(lines).toEqual([
        { raw: { events_per_s: number } },
        { w1: { serial: speed, conc100: speed }, w2: { ms_known: number, ms_all_done: number, rss_mb: number } },
      ]);
    },
  );

  it('refuses a name that it does not have, and says which there are', async () => {
    const { code, error } = await bench('w3');
    expect(code).toBe(2);
    expect(error).toMatch(/no benchmark called w3[^]*w1, w2/);
  });
});
