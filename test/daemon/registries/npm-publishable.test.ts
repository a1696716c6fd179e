import { describe, expect, it } from 'vitest';
import { publishWishes, requireAccess } from '../../../daemon/registries/npm-publishable.ts';

describe('who may see a package that npm shows to nobody [core.action.npm]', () => {
  const NPM = 'https://registry.npmjs.org/';
  const wishes = (publishConfig?: object) => publishWishes({ name: '@acme/cake', publishConfig });

  it('has to be said before anything irreversible, where npm would take it for restricted', () => {
    const said = () => requireAccess('@acme/cake', wishes(), NPM, false);
    expect(said).toThrow(expect.objectContaining({ code: 'npm.access_unsaid' }));
    expect(said).toThrow(/"publishConfig": \{ "access": "public" \}/);
  });

  it.each([
    ['that is public already', '@acme/cake', undefined, NPM, true],
    ['that says it is public', '@acme/cake', { access: 'public' }, NPM, false],
    ['that says it is restricted', '@acme/cake', { access: 'restricted' }, NPM, false],
    ['without a scope', 'cake', undefined, NPM, false],
    ['for a registry of one’s own', '@acme/cake', undefined, 'http://127.0.0.1:4873/', false],
  ])('need not be said of one %s', (_what, name, publishConfig, registry, isSeen) => {
    expect(() => requireAccess(name, wishes(publishConfig), registry, isSeen)).not.toThrow();
  });
});
