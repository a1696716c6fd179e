import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBuilder } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { openDaemon, type Daemon } from '../../daemon/open.ts';
import { requireProgram } from '../programs.ts';
import { useHosts } from './host/hosts.ts';

const CONFIG = fileURLToPath(new URL('../../plugin/vite.config.ts', import.meta.url));
const PAGES = {
  Work: `- {{renderer :stagebook, workflow}} Work
- ## {{renderer :stagebook, stage}} Ship it
  \`\`\`yaml
  persona: backend
  timeout: 1h
  \`\`\`
\t- {{renderer :stagebook, ask}} Ready
\t  \`\`\`yaml
\t  question: Ready?
\t  \`\`\`
`,
  Gardener: `- {{renderer :stagebook, persona}} Gardener
  \`\`\`yaml
  id: gardener
  actions: [memory.*]
  \`\`\`
`,
};

describe.runIf(requireProgram('chromium'))('personas in Logseq', () => {
  const open = useHosts();
  let built: string;
  let daemon: Daemon | undefined;
  beforeAll(async () => {
    built = mkdtempSync(join(tmpdir(), 'plugin-'));
    const builder = await createBuilder({ configFile: CONFIG, logLevel: 'error', build: { outDir: built } });
    await builder.build(builder.environments['client']!);
  });
  afterAll(() => rmSync(built, { recursive: true, force: true }));
  afterEach(async () => {
    await daemon?.close();
    if (daemon) rmSync(daemon.config.home, { recursive: true, force: true });
    daemon = undefined;
  });

  it.each([
    { graph: 'file', host: 'old' },
    { graph: 'db', host: 'new' },
  ] as const)(
    'sets that of a stage by /persona, and asks a person to trust one of a page [ui.commands.persona] [personas.own.trusted] ($graph, $host)',
    async (kind) => {
      const host = await open({
        ...kind,
        plugins: [{ id: 'stagebook', files: built, settings: { port: 1 } }],
        pages: PAGES,
        open: 'Work',
        strict: false,
      });
      host.page.setDefaultTimeout(10_000);
      const home = mkdtempSync(join(tmpdir(), 'persona-'));
      writeFileSync(join(home, 'config.yaml'), `origins: ["${host.pluginOrigin}", "${new URL(host.url).origin}"]\n`);
      daemon = await openDaemon(readConfig(home), { port: 0, environment: {} });
      const { port, desk } = daemon.server!;
      await host.setSetting('stagebook', 'port', port);
      await host.setSetting('stagebook', 'pairingCode', (await desk.pair('plugin')).code);
      const ui = host.plugin('stagebook');
      const stage = host.block('Ship it');
      const uuid = (await stage.getAttribute('blockid'))!;
      // Logseq may draw a block twice for a moment.
      await stage.getByText('Backend Engineer').first().waitFor();

      // The cursor is in a block under the stage: the stage around it is meant.
      await host.edit('Ready');
      await host.page.keyboard.press('Home');
      await host.slash('Persona');
      await ui.getByText('Persona of “Ship it”').or(ui.getByRole('combobox')).first().waitFor();
      await ui.getByRole('combobox').fill('devops');
      await ui.getByRole('combobox').press('Enter');
      await expect.poll(() => host.blockText(uuid)).toContain('persona: devops');
      expect(await host.blockText(uuid)).toContain('timeout: 1h');
      await stage.getByText('DevOps Engineer').first().waitFor();

      await host.goTo('Gardener');
      const gardener = host.block('Gardener');
      await gardener.getByRole('button', { name: 'See what this persona may do' }).first().click();
      await expect.poll(() => ui.locator('iframe.panel').getAttribute('src')).toMatch(/#\/proposal\/[\w-]+$/);
      // Nobody has trusted it yet, so nothing has changed.
      expect([...daemon.personas.shapes().keys()]).not.toContain('gardener');
    },
  );
});
