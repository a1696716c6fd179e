import { describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';
import { useHosts } from './hosts.ts';

describe.runIf(requireProgram('chromium'))('the outliner of the double', () => {
  const open = useHosts();

  it('edits, splits, indents and joins blocks by the keyboard, and takes it back [ui.host.outliner]', async () => {
    const host = await open({ pages: { Page: '- One\n- Two\n' }, open: 'Page' });
    const { keyboard } = host.page;
    const area = host.page.locator('.editor-wrapper textarea');
    await host.edit('Two');
    await keyboard.type(' and');
    await keyboard.press('Enter');
    await expect.poll(() => area.inputValue()).toBe('');
    await keyboard.type('Three');
    await keyboard.press('Tab');
    await expect.poll(() => host.markdown('Page')).toBe('- One\n- Two and\n\t-\n');
    await keyboard.press('Escape');
    await expect.poll(() => area.count()).toBe(0);
    expect(await host.markdown('Page')).toBe('- One\n- Two and\n\t- Three\n');
    await keyboard.press('Control+Z');
    await expect.poll(() => host.markdown('Page')).toBe('- One\n- Two and\n\t-\n');
  });

  it('draws headings, tasks, properties, links and code, and writes what a person does to them [ui.host.outliner]', async () => {
    const text =
      '- # Title\n  owner:: [[Ada]]\n- TODO Write it\n- Code\n  ```yaml\n  uses: a\n    with: b\n  ```\n- **bold** <b>html</b>\n';
    const host = await open({ pages: { Page: text }, open: 'Page' });
    const { page } = host;
    expect(await page.locator('h1', { hasText: 'Title' }).last().textContent()).toBe('Title');
    expect(await page.locator('.block-properties').textContent()).toBe('owner: [[Ada]]');
    expect(await page.locator('.ls-block b').allTextContents()).toEqual(['bold']);
    expect(await page.locator('.CodeMirror-code').textContent()).toBe('uses: a\n  with: b');
    await page.locator('.ls-block .form-checkbox').check();
    await expect.poll(() => host.markdown('Page')).toContain('- DONE Write it');
    await page.locator('.CodeMirror-code').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('id: x\n');
    await page.locator('.title', { hasText: 'Page' }).click();
    await expect.poll(() => host.markdown('Page')).toContain('```yaml\n  id: x\n  uses: a\n    with: b\n  ```');
  });

  it('has the journal of today, the list of pages and linked references [ui.host.outliner]', async () => {
    const host = await open({ pages: { Page: '- See [[Other]]\n', Other: '- Here\n' } });
    const { page } = host;
    await page.locator('.journal-title').first().waitFor();
    await page.getByRole('button', { name: 'Toggle left sidebar' }).click();
    await page.getByRole('button', { name: 'All pages' }).click();
    await page.locator('.cp__all_pages a', { hasText: 'Other' }).click();
    await expect.poll(() => page.locator('.references .ls-block').textContent()).toBe('See [[Other]]');
    await page.goBack();
    await page.locator('.cp__all_pages').waitFor();
  });

  it('offers commands behind a slash, and types what it is told when none is taken [ui.host.outliner]', async () => {
    const host = await open({ pages: { Page: '- Text\n' }, open: 'Page' });
    await host.edit('Text');
    await host.page.keyboard.press('End');
    await host.page.keyboard.type(' a/b');
    await host.page.keyboard.press('Escape');
    await host.page.keyboard.press('Escape');
    expect(await host.markdown('Page')).toBe('- Text a/b\n');
    await host.edit('Text');
    await host.slash('Page reference');
    await host.page.keyboard.press('Escape');
    await expect.poll(() => host.markdown('Page')).toContain('[[]]');
  });
});
