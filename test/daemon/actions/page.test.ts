import { describe, expect, it } from 'vitest';
import type { Pages } from '../../../daemon/actions/action.ts';
import { pageAppend, pageRead, pageWriteAnnouncement, pageWriteRelease } from '../../../daemon/actions/page.ts';
import { testContext } from '../../fakes/action-context.ts';

function recordingPages(): Pages & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    write: (kind, data) => (asked.push([kind, data]), Promise.resolve({ page: `A ${kind}` })),
    append: (page, content, key) => (asked.push([page, content, key]), Promise.resolve({ page })),
    read: (page) => Promise.resolve(page === 'There' ? { page, text: 'All of it' } : null),
    section: (page, key) => Promise.resolve(page === 'There' ? { page, text: `Its ${key}` } : null),
  };
}

describe('page', () => {
  it('queues the pages of a release with everything the step gives along [core.action.page]', async () => {
    const pages = recordingPages();
    const context = await testContext({ pages });
    const input = pageWriteRelease.input.parse({ package: 'demo', version: '1.0.0', status: 'published' });
    expect(await pageWriteRelease.run(input, context)).toEqual({ page: 'A release' });
    const news = pageWriteAnnouncement.input.parse({ package: 'demo', version: '1.0.0', next: 'More' });
    expect(await pageWriteAnnouncement.run(news, context)).toEqual({ page: 'A announcement' });
    expect(pages.asked).toEqual([
      ['release', { package: 'demo', version: '1.0.0', status: 'published' }],
      ['announcement', { package: 'demo', version: '1.0.0', next: 'More' }],
    ]);
    for (const wrong of [{ package: 'demo' }, { package: 'demo', version: '1.0.0', colour: 'red' }]) {
      expect(pageWriteRelease.input.safeParse(wrong).success).toBe(false);
    }
  });

  it('adds a block under the key of the step, the same in a later epoch [core.action.page]', async () => {
    const pages = recordingPages();
    const first = await testContext({ pages, key: 'one' });
    const later = { ...(await testContext({ pages, key: 'two' })), earlierKeys: ['one'] };
    for (const context of [first, later]) await pageAppend.run({ page: 'There', content: 'News' }, context);
    expect(pages.asked).toEqual([
      ['There', 'News', 'one'],
      ['There', 'News', 'one'],
    ]);
  });

  it('reads a page or a part of it, and says when there is none [core.action.page]', async () => {
    const context = await testContext({ pages: recordingPages() });
    const read = async (more: Record<string, string>) => pageRead.run(pageRead.input.parse(more), context);
    expect(await read({ page: 'There' })).toEqual({ found: true, page: 'There', text: 'All of it' });
    expect(await read({ page: 'There', section: 'notes' })).toMatchObject({ found: true, text: 'Its notes' });
    expect(await read({ page: 'Gone' })).toEqual({ found: false, page: 'Gone', text: '' });
  });
});
