import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolvePaths } from '../../daemon/paths.ts';
import { node, workflowOf } from '../fakes/outline.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-paths-')));
  mkdirSync(join(folder, 'root'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const definition = { ...workflowOf(), header: node('workflow', 'w', { inputs: { where: { type: 'path' } } }) };
const resolved = (where: string) =>
  resolvePaths(definition, { where }, { from: join(folder, 'root'), roots: [join(folder, 'root')] }).where;

describe('a path among the inputs', () => {
  it('is where it really leads, also what is not there yet [core.call.paths]', () => {
    symlinkSync(join(folder, 'root', 'later'), join(folder, 'root', 'link'));
    expect(resolved('link')).toBe(join(folder, 'root', 'later'));
    expect(resolved('new/deep')).toBe(join(folder, 'root', 'new', 'deep'));
  });

  it.each(['../elsewhere', 'out', 'out/deep', 'chain', 'relative'])(
    'does not leave the roots by %s [core.call.paths]',
    (path) => {
      // Where these lead is made only after somebody has looked.
      symlinkSync(join(folder, 'elsewhere'), join(folder, 'root', 'out'));
      symlinkSync('out', join(folder, 'root', 'chain'));
      symlinkSync('../elsewhere/more', join(folder, 'root', 'relative'));
      expect(() => resolved(path)).toThrow(/in none of the configured roots/);
    },
  );
});
