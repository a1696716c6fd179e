import { once } from 'node:events';
import { writeFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

const PAGE = `- {{renderer :stagebook, workflow}} Page
- ## {{renderer :stagebook, stage}} All
  \`\`\`yaml
  persona: backend
  \`\`\`
\t- {{renderer :stagebook, step}} Look
\t  \`\`\`yaml
\t  uses: memory.read
\t  with: { key: a }
\t  \`\`\`
`;

let desk: Desk;
beforeEach(() => {
  desk = createDesk();
});
afterEach(() => desk.remove());

const configure = (text: string) => {
  mkdirSync(desk.home, { recursive: true });
  writeFileSync(join(desk.home, 'config.yaml'), text);
};

describe('the daemon and the graphs that it writes', () => {
  it('says that Logseq’s server asks nobody for a token, and what to do [ui.graph.unprotected-said]', async () => {
    const logseq = createServer((_request, response) => response.end('null'));
    await once(logseq.listen(0, '127.0.0.1'), 'listening');
    const { port } = logseq.address() as AddressInfo;
    configure(`logseq:\n  url: http://127.0.0.1:${port}\n`);
    const up = desk.start('up');
    await up.says('asks nobody for a token');
    up.child.kill();
    const { out, err } = await up.ended;
    expect(out + err).toContain('add an authorization token');
    logseq.closeAllConnections();
    logseq.close();
  });

  it('take a database graph by its id, whether Logseq is open or not [ui.graph.by-id]', async () => {
    const page = desk.write('page.md', PAGE);
    await desk.demo(page);
    const { code, out, err } = await desk.run('run', page, '--graph', 'logseq_db_notes', '--yes', '--json');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('"graph":"logseq_db_notes"');
  });
});
