import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionLines, overviewLines, roleLines } from '../../../daemon/cli/explain/lines.ts';
import { EXPRESSIONS } from '../../../daemon/cli/explain/expressions.ts';
import { typeWords } from '../../../daemon/cli/explain/schema-words.ts';
import { whatThereIs } from '../../../daemon/cli/explain/what-there-is.ts';
import { tryCompile } from '../../../shared/workflow/cel/program.ts';
import { ROLES } from '../../../shared/workflow/definition.ts';
import { duration } from '../../../daemon/primitives/primitive.ts';
import { z } from 'zod';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

describe('what a page can say', () => {
  const all = whatThereIs();

  it('is there whole: every role and every action, each in one line and with its settings [core.cli.explain]', () => {
    expect(all.roles.map(({ role }) => role).toSorted()).toEqual([...ROLES].toSorted());
    const overview = overviewLines(all);
    for (const { role, summary } of all.roles) {
      expect(overview.find((line) => line.startsWith(`  ${role} `))).toContain(summary);
    }
    for (const each of all.actions) {
      expect(overview.find((line) => line.startsWith(`  ${each.action} `))).toContain(each.summary);
      expect(actionLines(each).join('\n')).not.toContain('undefined');
    }
    for (const each of all.roles) expect(roleLines(each).join('\n')).not.toContain('undefined');
  });

  it('says of a setting what it takes, and what holds without it [core.cli.explain]', () => {
    const retry = roleLines(all.roles.find(({ role }) => role === 'retry')!).join('\n');
    expect(retry).toMatch(/attempts +whole number from 1 on/);
    expect(retry).toMatch(
      /backoff +\{ kind: constant \| linear \| exponential, initial\?: duration, such as 30s, .*left out/,
    );
    expect(retry).toMatch(/^Holds +one of /m);
    expect(retry).toMatch(/^Output +its output$/m);
    const header = roleLines(all.roles.find(({ role }) => role === 'workflow')!).join('\n');
    expect(header).toMatch(/concurrency +\{ key: text, .*left out\. So many of its runs/);
    const foreach = roleLines(all.roles.find(({ role }) => role === 'foreach')!).join('\n');
    expect(foreach).toMatch(/in +expression: a list/);
    const http = actionLines(all.actions.find(({ action }) => action === 'http.request')!).join('\n');
    expect(http).toMatch(/method +GET \| HEAD .*; else "GET"/);
    expect(http).toMatch(/url +address$/m);
    expect(http).toMatch(/^Effect +by its settings$/m);
    expect(http).toMatch(/^Personas +none that comes with Stagebook/m);
  });

  it('has examples of expressions that are expressions [core.cli.explain]', () => {
    for (const [example] of EXPRESSIONS) expect(tryCompile(example), example).toBeDefined();
  });

  it.each([
    [z.string(), 'text'],
    [duration, 'duration, such as 30s'],
    [z.int(), 'whole number'],
    [z.number().min(0).max(1), 'number from 0 to 1'],
    [z.array(z.enum(['a', 'b'])), 'list of (a | b)'],
    [z.record(z.string(), z.string()), 'names, each with text'],
    [z.union([z.string(), z.boolean()]), 'text or true or false'],
    [z.object({ a: z.literal(1), b: z.string().optional() }), '{ a: 1, b?: text }'],
    [z.json(), 'anything'],
  ] as const)('in words, of a type %#: $1', (schema, words) => {
    expect(typeWords(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as never)).toBe(words);
  });
});

describe('stagebook explain', () => {
  let desk: Desk;
  beforeAll(() => void (desk = createDesk()));
  afterAll(() => desk.remove());

  it('tells of one, of the actions of an integration, and knows what was meant [core.cli.explain]', async () => {
    const [git, wrong, json] = await Promise.all([
      desk.run('explain', 'git'),
      desk.run('explain', 'http.reqeust'),
      desk.run('explain', 'gate', '--json'),
    ]);
    expect(git.out).toMatch(/^ {2}git\.branch +write /m);
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toMatch(/^error explain\.unknown: .*Did you mean http\.request\?/);
    expect(JSON.parse(json.out)).toMatchObject({
      roles: [{ role: 'gate', settings: { type: 'object' } }],
      actions: [],
    });
  });
});
