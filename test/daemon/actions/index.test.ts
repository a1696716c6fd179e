import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { actions } from '../../../daemon/actions/index.ts';

const effects = (action: (typeof actions)[number]) =>
  typeof action.effect === 'string' ? action.effect : action.effect({ repository: 'production', method: 'POST' });

describe('the catalogue', () => {
  it('names each action once [core.action.suite]', () => {
    const names = actions.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe.each(actions.map((action) => [action.name, action] as const))('%s', (name, action) => {
  it('has a name and a sentence for people [core.action.suite]', () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*\.[a-z]+(_[a-z]+)*$/);
    expect(action.summary).toMatch(/^[A-Z][^\n]{10,160}\.$/);
  });

  it('says its input and output as JSON Schema, both objects', () => {
    for (const schema of [action.input, action.output]) {
      expect(z.toJSONSchema(schema, { unrepresentable: 'any' })).toMatchObject({ type: 'object' });
    }
  });

  it('names paths and hosts only among its inputs', () => {
    const { properties = {} } = z.toJSONSchema(action.input, { unrepresentable: 'any', io: 'input' });
    const named = [...(action.touches?.paths ?? []), ...(action.touches?.hosts ?? [])];
    expect(named.filter((key) => !(key in properties))).toEqual([]);
  });

  it('can find out what became of it where it is irreversible', () => {
    expect(effects(action) !== 'irreversible' || action.verify !== undefined).toBe(true);
  });
});
