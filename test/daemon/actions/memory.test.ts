import { describe, expect, it } from 'vitest';
import { memoryRead, memorySearch } from '../../../daemon/actions/memory.ts';
import { testContext } from '../../fakes/action-context.ts';

const memory = {
  version_old: { value: '1.0.0', at: 1_000 },
  version_new: { value: '1.1.0', at: 2_000 },
  test_results: { value: { passed: 12 }, at: 3_000 },
};

describe('memory', () => {
  it('reads what was remembered, and says when nothing was [core.action.memory]', async () => {
    const context = await testContext({ memory });
    expect(await memoryRead.run({ key: 'test_results' }, context)).toEqual({
      found: true,
      key: 'test_results',
      value: { passed: 12 },
    });
    expect(await memoryRead.run({ key: 'nothing' }, context)).toEqual({ found: false, key: 'nothing', value: null });
  });

  it('finds by words, newest first, with the time of each [core.action.memory]', async () => {
    const found = await memorySearch.run(memorySearch.input.parse({ words: 'version' }), await testContext({ memory }));
    expect(found).toEqual({
      count: 2,
      results: [
        { key: 'version_new', value: '1.1.0', at: '1970-01-01T00:00:02.000Z' },
        { key: 'version_old', value: '1.0.0', at: '1970-01-01T00:00:01.000Z' },
      ],
    });
    expect(memorySearch.output.parse(found)).toEqual(found);
  });
});
