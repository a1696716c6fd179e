import { describe, expect, it } from 'vitest';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { liveHost } from '../../../daemon/graph/live.ts';
import { fail } from '../../../shared/failure.ts';
import type { Json } from '../../../shared/json.ts';
import { slimLogseqAnswer } from '../../../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES, mayCallLogseq, type LogseqMethod } from '../../../shared/logseq/methods.ts';
import { createModel, type Model } from '../../e2e/host/model/model.ts';
import { graphSuite } from '../../suites/graph.ts';

/** The plugin's end, as JSON through a wire: only what is allowed, and nothing as null. */
const pluginOf =
  (model: Model) =>
  async (method: string, args: Json[]): Promise<Json> => {
    if (!mayCallLogseq(method, args)) throw fail('denied', 'graph.method', method);
    const answer = (await model.call(method, JSON.parse(JSON.stringify(args)) as Json[])) ?? null;
    return slimLogseqAnswer(method, answer as Json);
  };

for (const kind of ['file', 'db'] as const) {
  graphSuite(`Logseq through the plugin (${kind})`, async () => {
    const model = createModel({ kind, hostAge: 'new', pluginId: 'stagebook' });
    const access = { call: pluginOf(model), closed: new AbortController().signal };
    const graph = await openLogseq(liveHost(access), { id: 'live', kind });
    return { graph, dispose: () => graph.close() };
  });
}

describe('a Logseq through the plugin', () => {
  const never = () => new Promise<Json>(() => {});

  it('is away when the plugin goes, also for what is under way', async () => {
    const control = new AbortController();
    const host = liveHost({ call: never, closed: control.signal });
    const call = host.call('logseq.Editor.getPage', ['x']);
    control.abort();
    for (const each of [call, host.call('logseq.Editor.getPage', ['x'])]) {
      await expect(each).rejects.toMatchObject({ code: 'graph.away', failure: { retryable: true } });
    }
  });

  it('is away when it does not answer, whoever gives up first', async () => {
    const closed = new AbortController().signal;
    const silent = liveHost({ call: never, closed }, 5);
    await expect(silent.call('logseq.Editor.getPage', ['x'])).rejects.toMatchObject({ code: 'graph.away' });
    const timedOut = () => Promise.reject(new Error('[deferred timeout] getPage'));
    const gaveUp = liveHost({ call: timedOut, closed });
    await expect(gaveUp.call('logseq.Editor.getPage', ['x'])).rejects.toMatchObject({ code: 'graph.away' });
  });

  it('says what Logseq said when it failed', async () => {
    const model = createModel({ kind: 'file', hostAge: 'old' });
    const host = liveHost({ call: pluginOf(model), closed: new AbortController().signal });
    const call = host.call('logseq.App.checkCurrentIsDbGraph', []);
    await expect(call).rejects.toMatchObject({ code: 'graph.host_error', failure: { retryable: false } });
  });

  it('is asked for pages and blocks, and for nothing else [ui.graph.methods]', async () => {
    const refused: [string, unknown[]][] = [
      ['logseq.App.relaunch', []],
      ['logseq.App.invokeExternalCommand', ['logseq.command/run']],
      ['logseq.App.setCurrentGraphConfigs', [{}]],
      ['logseq.DB.setFileContent', ['logseq/custom.js', 'x']],
      ['logseq.Git.execCommand', [['push']]],
      ['logseq.DB.datascriptQuery', ['[:find ?x :where [?x :file/content]]']],
      ['logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.written, 'more']],
      ['logseq.Editor.constructor', []],
      ['toString', []],
    ];
    const asked: string[] = [];
    const spy = (method: string) => {
      asked.push(method);
      return Promise.resolve(null);
    };
    const host = liveHost({ call: spy, closed: new AbortController().signal });
    for (const [method, args] of refused) {
      expect(mayCallLogseq(method, args)).toBe(false);
      await expect(host.call(method as LogseqMethod, args)).rejects.toThrow(method);
    }
    expect(asked).toEqual([]);
    expect(mayCallLogseq('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.written])).toBe(true);
  });
});
