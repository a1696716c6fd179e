import { afterEach, describe, expect, it } from 'vitest';
import { openHttpApi, type HttpApi } from '../../../daemon/graph/http-api.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { createModel, type Model } from '../../e2e/host/model/model.ts';
import { graphSuite } from '../../suites/graph.ts';
import { serveLogseq, type LogseqServer } from './logseq-server.ts';

const TOKEN = 'a token of the settings';

for (const kind of ['file', 'db'] as const) {
  graphSuite(`Logseq over HTTP (${kind})`, async () => {
    const server = await serveLogseq(createModel({ kind, hostAge: 'new' }), { tokens: [TOKEN] });
    const api = openHttpApi({ url: server.url, token: () => Promise.resolve(TOKEN) });
    const graph = await openLogseq(api, { id: 'logseq' });
    return {
      graph,
      dispose: async () => {
        await graph.close();
        await server.close();
      },
    };
  });
}

describe('Logseq’s HTTP server', () => {
  let server: LogseqServer | undefined;
  afterEach(() => server?.close());
  const open = async (tokens: readonly string[] | null, token = TOKEN): Promise<{ api: HttpApi; model: Model }> => {
    const model = createModel({
      kind: 'file',
      hostAge: 'new',
      graph: { name: 'notes', url: 'logseq_local_/home/ada/notes', path: '/home/ada/notes' },
    });
    server = await serveLogseq(model, { tokens });
    return { api: openHttpApi({ url: server.url, token: () => Promise.resolve(token) }), model };
  };

  it('is refused when it asks nobody for a token, and never gets ours then [ui.graph.unprotected]', async () => {
    const { api, model } = await open(null);
    await model.call('logseq.Editor.createPage', ['Secret']);
    await expect(api.call('logseq.Editor.getPage', ['Secret'])).rejects.toMatchObject({ code: 'graph.unprotected' });
    await expect(api.current()).rejects.toMatchObject({ code: 'graph.unprotected', failure: { retryable: false } });
    expect(server!.asked.map(({ authorization }) => authorization)).not.toContain(`Bearer ${TOKEN}`);
    expect(server!.asked.map(({ method }) => method)).not.toContain('logseq.Editor.getPage');
  });

  it('is tried without a token and with a made-up one before it gets ours', async () => {
    const { api } = await open([TOKEN]);
    expect(await api.current()).toEqual({ id: '/home/ada/notes', name: 'notes', kind: 'file' });
    const [none, wrong, ours] = server!.asked.map(({ authorization }) => authorization);
    expect(none).toBeUndefined();
    expect(wrong).toMatch(/^Bearer [0-9a-f]{32}$/);
    expect(ours).toBe(`Bearer ${TOKEN}`);
  });

  it('refuses a token that it does not know, with what to do', async () => {
    const { api } = await open(['another']);
    await expect(api.call('logseq.Editor.getPage', ['x'])).rejects.toMatchObject({ code: 'graph.token' });
  });

  it('is away when it does not run, is tried again, and is checked anew when it has come back', async () => {
    const { api, model } = await open([TOKEN]);
    await api.current();
    const port = Number(new URL(server!.url).port);
    await server!.close();
    await expect(api.current()).rejects.toMatchObject({ code: 'graph.away', failure: { retryable: true } });
    server = await serveLogseq(model, { tokens: null, port });
    await expect(api.current()).rejects.toMatchObject({ code: 'graph.unprotected' });
    expect(server.asked.map(({ authorization }) => authorization)).not.toContain(`Bearer ${TOKEN}`);
  });

  it('says what failed, whichever way the host says it, and texts, truths and nothing as they are', async () => {
    const { api, model } = await open([TOKEN]);
    await expect(api.call('logseq.App.checkCurrentIsDbGraph', [])).rejects.toMatchObject({ code: 'graph.host_error' });
    expect(await api.call('logseq.Editor.getPage', ['Nowhere'])).toBeUndefined();
    expect(await api.call('logseq.Editor.checkEditing', [])).toBe(false);
    await model.call('logseq.Editor.createPage', ['Page']);
    const uuid = model.page('Page')!.children[0]!.uuid;
    model.edit(uuid);
    expect(await api.call('logseq.Editor.checkEditing', [])).toBe(uuid);
  });

  it('must be on this machine, since the token goes in the clear', async () => {
    for (const url of ['http://logseq.example:12315', 'https://127.0.0.1:12315', 'http://10.0.0.1']) {
      const api = openHttpApi({ url, token: () => Promise.resolve(TOKEN) });
      await expect(api.current()).rejects.toMatchObject({ code: 'graph.bad_address' });
    }
  });
});
