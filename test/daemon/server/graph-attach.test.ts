import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import type { ServerFrame } from '../../../shared/protocol/frames.ts';
import type { LiveAccess } from '../../../daemon/graph/live.ts';
import type { KnownGraph } from '../../../daemon/graph/graphs.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { createGraphs } from '../../../daemon/graph/graphs.ts';
import { createTestServer } from '../../fakes/server.ts';

const isAsk = (frame: ServerFrame): frame is Extract<ServerFrame, { call: string }> => 'call' in frame;

/** A registry that only remembers how the graph is reached. */
function remembering() {
  const attached: { graph: KnownGraph; access: LiveAccess; detached: boolean }[] = [];
  const changed: string[] = [];
  return {
    attached,
    changed,
    graphs: {
      list: () => [],
      open: () => Promise.reject(new Error('not opened here')),
      attach: (graph: KnownGraph, access: LiveAccess) => {
        const entry = { graph, access, detached: false };
        attached.push(entry);
        return () => void (entry.detached = true);
      },
      changed: (id: string) => void changed.push(id),
    },
  };
}

describe('a plugin’s graph [ui.server.graph]', () => {
  const graph = { id: '/notes', name: 'notes', kind: 'file' } as const;

  it('is reached through its connection, call by call', async () => {
    const { graphs, attached, changed } = remembering();
    const here = await createTestServer({}, { graphs });
    const plugin = await here.plugin();
    await plugin.call('graph.changed', { pages: ['early'] });
    await plugin.call('graph.attach', { graph });
    await plugin.call('graph.changed', { pages: ['Page'] });
    expect(changed).toEqual(['/notes']);
    const { access } = attached[0]!;
    const answer = async (reply: (id: number) => unknown): Promise<Json> => {
      const before = plugin.frames.length;
      const asked = access.call('logseq.Editor.getPage', ['Page']);
      await plugin.until(() => plugin.frames.slice(before).some(isAsk));
      const ask = plugin.frames.slice(before).find(isAsk)!;
      expect(ask).toMatchObject({ call: 'graph.call', with: { method: 'logseq.Editor.getPage', args: ['Page'] } });
      plugin.send(reply(ask.id));
      return asked;
    };
    expect(await answer((id) => ({ id, ok: { name: 'page' } }))).toEqual({ name: 'page' });
    expect(await answer((id) => ({ id }))).toBeNull();
    await expect(answer((id) => ({ id, failure: { code: 'x', message: 'no' } }))).rejects.toMatchObject({
      message: 'no',
    });
    const silent = access.call('logseq.Editor.getPage', []);
    await plugin.call('status');
    here.clock.advanceTo(here.clock.now() + 30_000);
    await expect(silent).rejects.toMatchObject({ code: 'plugin.silent' });
    // An answer that comes too late is no fault.
    plugin.send(
      plugin.frames
        .filter(isAsk)
        .map(({ id }) => ({ id, ok: 1 }))
        .at(-1),
    );
    await plugin.call('status');
    await plugin.call('graph.attach', { graph: { ...graph, id: '/other' } });
    expect(attached.map(({ detached }) => detached)).toEqual([true, false]);
    await plugin.call('graph.attach', { graph: null });
    expect(attached.map(({ detached }) => detached)).toEqual([true, true]);
    await here.remove();
  });

  it('is away as soon as the plugin is', async () => {
    const { graphs, attached } = remembering();
    const here = await createTestServer({}, { graphs });
    const plugin = await here.plugin();
    await plugin.call('graph.attach', { graph });
    const { access } = attached[0]!;
    const pending = access.call('logseq.Editor.getPage', []);
    plugin.socket.terminate();
    await expect(pending).rejects.toMatchObject({ code: 'plugin.gone' });
    expect(access.closed.aborted).toBe(true);
    expect(attached[0]!.detached).toBe(true);
    await expect(access.call('logseq.Editor.getPage', [])).rejects.toMatchObject({ code: 'plugin.gone' });
    await here.remove();
  });

  it('gives the pages that a workflow calls when its page is read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stagebook-called-'));
    mkdirSync(join(folder, 'pages'));
    mkdirSync(join(folder, 'logseq'));
    writeFileSync(join(folder, 'logseq', 'config.edn'), '{}');
    writeFileSync(
      join(folder, 'pages', 'Send it.md'),
      '- {{renderer :stagebook, workflow}} Send it\n- {{renderer :stagebook, stage}} Work\n  ```yaml\n  persona: tester\n  ```\n\t- {{renderer :stagebook, step}} Send\n\t  ```yaml\n\t  uses: act.write\n\t  with: { name: send }\n\t  ```\n',
    );
    const own = await createTestServer();
    const graphs = createGraphs({ clock: own.clock, folders: [folder], openFolder, wake: () => undefined });
    const here = await createTestServer({}, { graphs });
    const plugin = await here.plugin();
    const blocks = [
      { uuid: 'a', content: '{{renderer :stagebook, workflow}} Outer', children: [] },
      { uuid: 'b', content: '{{renderer :stagebook, call}} Call\n```yaml\npage: Send it\n```', children: [] },
    ];
    const reading = await plugin.call('page.read', { graph: folder, page: 'Outer', blocks });
    expect(reading?.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(reading).toMatchObject({ writes: true });
    const { calls, effects, text } = await plugin.call('definition.read', { definition: reading!.definition! });
    expect(calls).toEqual(['Send it']);
    expect(effects).toMatchObject([{ path: 'Send it › work/send', effect: 'write' }]);
    expect(text).toContain('uses: act.write');
    const elsewhere = await plugin.call('page.read', { graph: '/nowhere', page: 'Outer', blocks });
    expect(elsewhere?.problems).toMatchObject([{ uuid: 'b', severity: 'error' }]);
    await graphs.close();
    await here.remove();
    await own.remove();
    rmSync(folder, { recursive: true, force: true });
  });
});
