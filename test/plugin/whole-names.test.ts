import { expect, it } from 'vitest';
import { createModel, type Model } from '../e2e/host/model/model.ts';
import { dbPageOf, wholeNamesOf } from './whole-names.ts';

async function graphWith(pages: Readonly<Record<string, string>>): Promise<Model> {
  const model = createModel({ kind: 'db', hostAge: 'new' });
  for (const [name, text] of Object.entries(pages)) {
    await model.call('logseq.Editor.createPage', [name, {}, { redirect: false }]);
    if (text !== '') await model.call('logseq.Editor.appendBlockInPage', [name, text]);
  }
  return model;
}

/** What stands on the page that a name finds. */
async function textOf(model: Model, uuid: string | undefined): Promise<string | undefined> {
  const tree = (await model.call('logseq.Editor.getPageBlocksTree', [uuid])) as { title: string }[] | undefined;
  return tree?.map(({ title }) => title).join('');
}

it('finds the page of a whole name among those of the same title, whichever is older [ui.pages.whole]', async () => {
  const model = await graphWith({ Deploy: 'root', 'Team/Deploy': 'team', 'Ops/Night/Deploy': 'night' });
  const names = wholeNamesOf(model);
  for (const [name, text] of [
    ['Deploy', 'root'],
    ['Team/Deploy', 'team'],
    ['ops/night/deploy', 'night'],
  ] as const) {
    const uuid = await names.find(name);
    expect(await textOf(model, uuid)).toBe(text);
    expect((await names.of((await dbPageOf(model, uuid!))!)).toLowerCase()).toBe(name.toLowerCase());
  }
  expect(await names.find('Night/Deploy')).toBeUndefined();
  expect(await names.find('Library/Team/Deploy')).toBeUndefined();
  expect(await names.find('Nobody')).toBeUndefined();
});

it('finds no page in the recycle bin, nor one under it, and a page that moved under its new name alone [ui.pages.whole]', async () => {
  const model = await graphWith({ 'Team/Deploy': 'team', 'Old/Deploy': 'old', Gone: 'x', Moved: 'moved' });
  const names = wholeNamesOf(model);
  const uuid = (await names.find('Moved'))!;
  expect(await names.of((await dbPageOf(model, uuid))!)).toBe('Moved');
  await model.call('logseq.Editor.renamePage', [uuid, 'Elsewhere']);
  expect(await names.find('Moved')).toBeUndefined();
  expect(await names.find('Elsewhere')).toBe(uuid);
  for (const name of ['Gone', 'Old']) await model.call('logseq.Editor.deletePage', [await names.find(name)]);
  expect(await names.find('Gone')).toBeUndefined();
  expect(await textOf(model, await names.find('Team/Deploy'))).toBe('team');
  expect(await names.find('Old/Deploy')).toBeUndefined();
});

it('spells names as people write them, also what such a graph cannot hold [ui.pages.whole]', async () => {
  const model = await graphWith({ 'C＃ notes': 'sharp' });
  const names = wholeNamesOf(model);
  const uuid = (await names.find('C# notes'))!;
  expect(await names.of((await dbPageOf(model, uuid))!)).toBe('C# notes');
});

it('takes of two pages of one whole name the one that is shown, else the one with something on it [ui.pages.whole]', async () => {
  const model = await graphWith({ 'Team/Deploy': '', 'Team/Other': 'written' });
  const other = model.page('Other')!;
  const empty = model.page('Deploy')!;
  model.person(() => void (other.title = 'Deploy'));
  expect(await wholeNamesOf(model).find('Team/Deploy')).toBe(other.uuid);
  const names = wholeNamesOf(model);
  await names.of((await dbPageOf(model, empty.uuid))!);
  expect(await names.find('Team/Deploy')).toBe(empty.uuid);
});
