import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../daemon/cli/answer.ts';
import { exampleOf } from '../../../shared/form.ts';

const question = (...fields: string[]): Parameters<typeof readAnswer>[0] => ({
  kind: 'ask',
  run: 'r',
  node: 'n',
  question: 'What now?',
  form: {
    type: 'object',
    properties: Object.fromEntries(fields.map((name) => [name, { type: 'string', title: `The ${name}` }])),
    required: fields,
    additionalProperties: false,
  },
});

describe('an answer that is typed', () => {
  it('fills a form of one field by its text alone, whatever is in it [core.cli.answer]', () => {
    const cause = (text: string) => readAnswer(question('cause'), text);
    expect(cause('the disk is full')).toEqual({ cause: 'the disk is full' });
    expect(cause('cause: the disk is full')).toEqual({ cause: 'the disk is full' });
    expect(cause('{"cause": "the disk"}')).toEqual({ cause: 'the disk' });
    expect(cause('a release: 1.4.2, at 21:30')).toEqual({ cause: 'a release: 1.4.2, at 21:30' });
    expect(cause('cause: a release: 1.4.2')).toEqual({ cause: 'a release: 1.4.2' });
    expect(cause('42')).toEqual({ cause: '42' });
    expect(cause('')).toEqual({ cause: '' });
  });

  it('is told how a form of several fields is filled in [core.cli.answer]', () => {
    const both = question('cause', 'since');
    expect(readAnswer(both, '{ cause: x, since: y }')).toEqual({ cause: 'x', since: 'y' });
    expect(() => readAnswer(both, 'cause: x: y')).toThrow(
      /no YAML\. Write it as YAML, such as “\{ cause: …, since: … \}”/,
    );
    expect(exampleOf(question('cause').form!)).toBe('cause: …');
  });
});
