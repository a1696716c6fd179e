import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import type { TestServer } from '../fakes/server.ts';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { pair, useDaemons } from './daemons.ts';
import type { Host } from './host/driver.ts';
import { useHosts } from './host/hosts.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const GRAPH = '/home/person/notes';
const WINDOW = 'iframe[src*="stagebook/index.html"]';

const step = (title: string, name: string, indent = '\t') =>
  `${indent}- {{renderer :stagebook, step}} ${title}\n${indent}  \`\`\`yaml\n${indent}  uses: act.read\n${indent}  with: { name: ${name} }\n${indent}  \`\`\`\n`;
const head = (title: string, inputs = '') =>
  `- # {{renderer :stagebook, workflow}} ${title}\n${inputs}- ## {{renderer :stagebook, stage}} Work\n  \`\`\`yaml\n  persona: tester\n  \`\`\`\n`;
const INPUTS =
  '  ```yaml\n  inputs: { level: { enum: [a, b], title: Level }, sure: { type: boolean, title: Sure }, tests: { type: list } }\n  ```\n';
const PAGES = {
  // Done, chosen, passed by, waiting for a person, and not started.
  Waits: `${head('Waits')}${step('Look', 'look')}\t- {{renderer :stagebook, when}} If it is so
\t  \`\`\`yaml
\t  if: 'false'
\t  \`\`\`
${step('Inside', 'inside', '\t\t')}\t- {{renderer :stagebook, gate}} Ready
\t\t- {{renderer :stagebook, check}} It is so
\t\t  \`\`\`yaml
\t\t  that: 1 + 1 == 2
\t\t  \`\`\`
\t\t- {{renderer :stagebook, sign-off}} The boss agrees
${step('Afterwards', 'afterwards')}`,
  Fails: `${head('Fails')}${step('Breaks', 'breaks')}${step('Later', 'later')}`,
  New: `${head('New', INPUTS)}${step('Look', 'look')}`,
  Long: `${head('Publishing')}${step('Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter', 'look')}${step('Documentation of everything', 'inside')}\t- {{renderer :stagebook, gate}} Ready\n\t\t- {{renderer :stagebook, sign-off}} Somebody agrees\n`,
  Wrong: `${head('Wrong')}\t- {{renderer :stagebook, step}} Nothing\n`,
};

/** In the page: what an element looks like. */
const styleOf = (element: unknown, property: 'opacity' | 'outlineStyle'): string =>
  (globalThis as unknown as { getComputedStyle(of: unknown): Record<typeof property, string> }).getComputedStyle(
    element,
  )[property];

/** In the page: how much of its line an element takes, in pixels. */
const outerWidth = (element: unknown): number => {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: unknown): { marginLeft: string } };
  const { width } = (element as { getBoundingClientRect(): { width: number } }).getBoundingClientRect();
  return width + Number.parseFloat(getComputedStyle(element).marginLeft);
};

/** In the page: how far the first letter of each block's title stands below the middle of its icon, in pixels. */
const dropsOf = (blocks: unknown[]): number[] => {
  interface Found {
    getBoundingClientRect(): { top: number; height: number };
    querySelector(selector: string): Found & { nextSibling: unknown };
  }
  const { document } = globalThis as unknown as {
    document: {
      createRange(): Found & { setStart(in_: unknown, at: number): void; setEnd(in_: unknown, at: number): void };
    };
  };
  const middle = ({ top, height }: { top: number; height: number }) => top + height / 2;
  return (blocks as Found[]).map((block) => {
    const letter = document.createRange();
    const text = block.querySelector('.lsp-hook-ui-slot').nextSibling;
    // Behind the space that the macro leaves.
    letter.setStart(text, 1);
    letter.setEnd(text, 2);
    return middle(letter.getBoundingClientRect()) - middle(block.querySelector('.sb-ic').getBoundingClientRect());
  });
};

/** In the page: how far the colours of a block's own text and of what we say beneath are from the ground. */
const loudness = (block: unknown): [number, number] => {
  interface Found {
    querySelector(selector: string): Found;
  }
  const { document, getComputedStyle } = globalThis as unknown as {
    document: { createElement(tag: string): { getContext(kind: string): Canvas } };
    getComputedStyle(of: unknown): { color: string };
  };
  interface Canvas {
    fillStyle: string;
    fillRect(...at: number[]): void;
    getImageData(...at: number[]): { data: number[] };
  }
  const canvas = document.createElement('canvas').getContext('2d');
  const lightness = (element: Found): number => {
    canvas.fillStyle = getComputedStyle(element).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return red! + green! + blue!;
  };
  const own = block as Found;
  const dark = lightness(own.querySelector('.block-content')) > 382;
  const loud = (element: Found) => (dark ? lightness(element) : 765 - lightness(element));
  return [loud(own.querySelector('.block-content')), loud(own.querySelector('.sb-l2'))];
};

/** In the page: how far a colour of an element is from what it stands on: the disc around a mark, or its own ground. */
const contrastOf = (element: unknown, property: 'stroke' | 'color'): number => {
  interface Shown {
    closest(selector: string): unknown;
  }
  const { document, getComputedStyle } = globalThis as unknown as {
    document: { createElement(tag: string): { getContext(kind: string): Canvas } };
    getComputedStyle(of: unknown): Record<'stroke' | 'color' | 'backgroundColor', string>;
  };
  interface Canvas {
    fillStyle: string;
    fillRect(...at: number[]): void;
    getImageData(...at: number[]): { data: number[] };
  }
  const canvas = document.createElement('canvas').getContext('2d');
  const luminance = (color: string): number => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => (part / 255) ** 2.2);
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const own = getComputedStyle(element);
  const ground =
    property === 'color' ? own.backgroundColor : getComputedStyle((element as Shown).closest('.sb-ic')).color;
  const [dark, light] = [luminance(own[property]), luminance(ground)].toSorted((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
};

/** In the page: what an element is filled with. */
const groundOf = (element: unknown): string =>
  (globalThis as unknown as { getComputedStyle(of: unknown): { backgroundColor: string } }).getComputedStyle(element)
    .backgroundColor;

describe.runIf(requireProgram('chromium'))('what the plugin shows', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client', 'panel');
  const daemons = useDaemons();
  let here: TestServer;
  let host: Host;

  async function start(theme: 'light' | 'dark'): Promise<void> {
    host = await open({
      plugins: [built.source],
      pages: PAGES,
      open: 'Waits',
      theme,
      strict: false,
    });
    host.page.setDefaultTimeout(10_000);
    here = await daemons.serve(host, built);
    here.test.world.on('breaks', () => {
      throw new Error('The registry answered 503.');
    });
  }
  async function pairAndRun(): Promise<void> {
    await pair(host, here.server);
    for (const page of ['Waits', 'Fails', 'Long'] as const) {
      const { definition } = parseWorkflowText(PAGES[page]);
      const by = { kind: 'person', name: 'Ada' } as const;
      await here.test.run(definition!, {}, { graph: GRAPH, page, by });
    }
  }
  async function violations(where: string | string[] = '.sb'): Promise<string[]> {
    const axe = new AxeBuilder({ page: host.page }).withTags(TAGS).include(where);
    const { violations: found, passes } = await axe.analyze();
    // It has looked at something.
    expect(passes.some(({ id }) => id === 'color-contrast')).toBe(true);
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }

  it.each(['light', 'dark'] as const)(
    'has no violation of WCAG 2.2 A and AA, in %s, and is quieter than the page [ui.blocks.axe] [ui.blocks.quiet]',
    async (theme) => {
      await start(theme);
      const found: Record<string, string[]> = {};
      await host.block('Waits').getByText('not connected with Stagebook yet').waitFor();
      found['unpaired'] = await violations();
      const [title, line] = await host.block('Waits').evaluate(loudness);
      expect(line).toBeLessThanOrEqual(title);
      await host.page.keyboard.press('Control+Alt+s');
      const window = host.page.frameLocator(WINDOW);
      await window.locator('#code').waitFor();
      found['pairing'] = await violations([WINDOW, 'body']);
      await window.getByRole('button', { name: 'Close' }).click();
      await pairAndRun();
      await host
        .block('The boss agrees')
        .getByRole('button', { name: /Review and sign/ })
        .waitFor();
      found['waiting'] = await violations();
      await host.goTo('Fails');
      await host
        .block('Fails')
        .getByRole('button', { name: /Resume/ })
        .waitFor();
      found['failed'] = await violations();
      await host.goTo('New');
      await host.block('New').getByLabel('Level').waitFor();
      found['inputs'] = await violations();
      await host.goTo('Wrong');
      await host.block('Nothing').locator('.sb-problem').first().waitFor();
      found['problem'] = await violations();
      await host.palette('Stagebook: workflows');
      await window.getByRole('combobox').waitFor();
      found['chooser'] = await violations([WINDOW, 'body']);
      expect(Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0))).toEqual({});
    },
  );

  it('tells done from failed by shape, and has its button filled, in forced colours over a theme of the other kind [ui.blocks.forced]', async () => {
    await start('light');
    await host.page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    await pairAndRun();
    await host.goTo('Fails');
    const resume = host.block('Fails').getByRole('button', { name: /Resume/ });
    await resume.waitFor();
    const marks = host.page.locator('.sb-mark');
    expect(await marks.count()).toBeGreaterThan(0);
    for (const mark of await marks.all()) expect(await mark.evaluate(contrastOf, 'stroke' as const)).toBeGreaterThan(3);
    expect(await resume.evaluate(contrastOf, 'color' as const)).toBeGreaterThan(3);
    const plain = host.block('Fails').getByRole('button', { name: /Open/ });
    expect(await resume.evaluate(groundOf)).not.toBe(await plain.evaluate(groundOf));
  });

  it('keeps each icon beside its title, however narrow the page is and however long a word [ui.blocks.narrow]', async () => {
    await start('light');
    await host.page.setViewportSize({ width: 900, height: 900 });
    await pairAndRun();
    await host.goTo('Long');
    for (const uuid of (await host.uuids('Long')).slice(0, 2)) await host.openInSidebar(uuid);
    await host.page
      .getByRole('button', { name: /Review and sign/ })
      .nth(1)
      .waitFor();
    const blocks = host.page.locator('.block-content:has(.sb)');
    // The page, and beside it the header and everything under the stage.
    expect(await blocks.count()).toBeGreaterThanOrEqual(11);
    const drops = (await blocks.evaluateAll(dropsOf)).map(Math.abs);
    expect(Math.max(...drops)).toBeLessThan(12);
  });

  it('is reached by keyboard alone: quiet actions show with the focus, and a decision opens the panel [ui.blocks.keyboard]', async () => {
    await start('light');
    await pairAndRun();
    const sign = host.block('The boss agrees').getByRole('button', { name: /Review and sign/ });
    await sign.waitFor();
    const look = host.block('Look');
    await look.getByRole('button', { name: /Evidence/ }).focus();
    await expect
      .poll(() =>
        look
          .locator('.sb-q')
          .first()
          .evaluate(styleOf, 'opacity' as const),
      )
      .toBe('1');
    // They take no room from a title, which would wrap early for what nobody sees.
    expect(await look.locator('.sb-q').first().evaluate(outerWidth)).toBeLessThanOrEqual(0);
    // A settings fence unfolds by keyboard, too.
    const settings = look.locator('summary[aria-label^="Settings of"]').first();
    await settings.focus();
    await host.page.keyboard.press('Enter');
    await expect.poll(() => look.locator('details[open]').count()).toBe(1);
    // Now they stay in view: beside the title, not over it.
    expect(await look.locator('.sb-q').first().evaluate(outerWidth)).toBeGreaterThan(0);
    await sign.focus();
    expect(await sign.evaluate(styleOf, 'outlineStyle' as const)).not.toBe('none');
    await host.page.keyboard.press('Enter');
    const panel = host.page.frameLocator(WINDOW).frameLocator('iframe.panel');
    await panel.locator('[name=code]').waitFor();
    // And back to where it came from.
    await host.page.frameLocator(WINDOW).getByRole('button', { name: 'Close' }).focus();
    await host.page.keyboard.press('Enter');
    await expect.poll(() => host.page.locator('#stagebook_lsp_main.visible').count()).toBe(0);
  });
});
