import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LABELS } from '../../daemon/review/measure.ts';

/** The day on which the planted graph is reviewed. */
export const PLANTED_TODAY = '2026-11-21';

interface Label {
  check: string;
  page: string;
  about?: string;
}

/** A graph with known faults and, beside each, what looks like one and is none. */
export interface Planted {
  files: ReadonlyMap<string, string | Uint8Array>;
  labels: readonly Label[];
}

/** Writes it, with the file that says what is wrong with it. Everything is as old as the day before, but for what is stale. */
export function writePlanted(folder: string, { files, labels } = plant()): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const at = Date.parse(path.includes('stale') ? '2024-03-01' : '2026-11-20') / 1000;
    utimesSync(file, at, at);
  }
  const about = {
    now: PLANTED_TODAY,
    releases: {
      'left 1.0.0': { registry: true, tag: true },
      'left 1.1.0': { registry: false, tag: true },
      'left 1.2.0': { registry: true, tag: null },
    },
    rehearsed: { 'Rotate the keys': '2026-11-01', 'Drain a node': null, 'Old drill': '2026-01-01' },
    files: { 'src/server/main.ts': 120, 'README.md': 40 },
  };
  writeFileSync(join(folder, LABELS), JSON.stringify({ ...about, findings: labels }, undefined, 1));
}

const ID = (number: number): string => `65a1f0c2-0d9e-4f57-8b27-${String(number).padStart(12, '0')}`;

export function plant(): Planted {
  const files = new Map<string, string | Uint8Array>();
  const labels: Label[] = [];
  const hub: string[] = [];
  const page = (name: string, text: string, file = name): void => {
    files.set(`pages/${file.replaceAll('/', '___')}.md`, text);
    hub.push(`- [[${name}]]`);
  };
  const label = (check: string, name: string, about?: string): void =>
    void labels.push({ check, page: name, ...(about !== undefined && { about }) });

  files.set(
    'logseq/config.edn',
    '{:meta/version 1 :file/name-format :triple-lowbar :journal/page-title-format "EEEE, dd.MM.yyyy"\n :favorites ["Pinned"] :default-home {:page "Start"} :hidden ["/private"]}\n',
  );

  // Links: to names in other spellings, aliases, days, parents of namespaces, built-ins; and in what is no link.
  page('Zürich office', 'alias:: ZRH, [[Head office]]\n\n- where we are\n');
  page('計画', '- 来年の計画\n');
  page('Team/Platform/On call', '- who is on call\n');
  page('A (draft) name', '- brackets\n');
  page(
    'Good links',
    [
      '- [[zürich OFFICE]] [[Zu\u0308rich office]] [[zrh]] [[head office]] [[計画]]',
      '- [[Team]] and [[Team/Platform]] stand above [[Team/Platform/On call]]',
      '- [[Saturday, 21.11.2026]] [[Dec 24th, 2026]] [[2026-12-24]] [[TODO]] [[contents]]',
      '- [the plan]([[計画]]) and [brackets]([[A (draft) name]]) and #[[a tag of two words]] #anything',
      '- `[[not a link]]` and ``a ` [[not a link]]`` and $[[x]]$ and \\[[escaped]]',
      '- ```ts\n  const x = [[not, a, link]];\n  ```',
      '- ~~~\n  [[not a link]]\n  ~~~',
      '- {{query (and [[nothing of this name]] (task TODO))}} {{renderer :todomaster, [[none]]}}',
      '- #+BEGIN_QUERY\n  {:query [:find ?b :where [[?b :x]]]}\n  #+END_QUERY',
      '- #+BEGIN_SRC text\n  [[not a link]]\n  #+END_SRC',
      '- <!-- [[not a link]] --> <code>[[not a link]]</code>',
      '- :LOGBOOK:\n  CLOCK: [[not a link]]\n  :END:',
      '- [[https://example.org/a]] [an address](https://example.org/[[x]])',
      '- related:: "[[in quotes it is a text]]"',
      '- > quoted, and still [[計画]]',
    ].join('\n'),
  );
  page('Broken links', '- see [[Zürich ofice]] and [[Nowhere at all]]\n\t- and [[nowhere AT all]] again\n');
  label('broken-page-reference', 'Broken links', 'Zürich ofice');
  label('broken-page-reference', 'Broken links', 'Nowhere at all');
  page('Broken in properties', 'related:: [[計画]], [[Not written]]\ntags:: whatever, [[also whatever]]\n\n- text\n');
  label('broken-page-reference', 'Broken in properties', 'Not written');
  page(
    'Broken embed',
    '- {{embed [[Gone page]]}}\n- > in a quote: [[Gone quote]]\n- #+BEGIN_NOTE\n  [[Gone note]]\n  #+END_NOTE\n',
  );
  for (const name of ['Gone page', 'Gone quote', 'Gone note']) label('broken-page-reference', 'Broken embed', name);
  page('Broken alphabet', '- [[Άγνωστη σελίδα]] [[не написано]] [[没有]]\n');
  for (const name of ['Άγνωστη σελίδα', 'не написано', '没有']) label('broken-page-reference', 'Broken alphabet', name);
  page('File links', '- [good](../pages/Good%20links.md) and [gone](Gone%20away.md)\n');
  label('broken-page-reference', 'File links', 'Gone away.md');

  // Blocks.
  page('Blocks', `- one\n  id:: ${ID(1)}\n- two\n  id:: ${ID(2).toUpperCase()}\n`);
  page(
    'Block references',
    `- ((${ID(1)})) and [two](((${ID(2)}))) and {{embed ((${ID(1)}))}}\n- \`((${ID(9)}))\` and ((a remark)) in words\n`,
  );
  page('Broken blocks', `- ((${ID(7)}))\n- {{embed ((${ID(8)}))}}\n- [the rule](((${ID(9)})))\n`);
  for (const number of [7, 8, 9]) label('broken-block-reference', 'Broken blocks', ID(number));

  // Pages without a way to them, and with one that is easily missed.
  files.set('pages/Lonely.md', '- nobody links here, but it links to [[計画]] and [[Lonely]] itself\n');
  label('orphan', 'Lonely');
  files.set('pages/Lonely twice.md', '- nor here\n');
  label('orphan', 'Lonely twice');
  files.set('pages/Pinned.md', '- a favourite\n');
  files.set('pages/Start.md', '- the home page\n');
  files.set('pages/By tag.md', '- reached by a tag\n');
  files.set('pages/By alias.md', 'alias:: the other name\n\n- reached by its alias\n');
  files.set('pages/By block.md', `- reached by a block\n  id:: ${ID(3)}\n`);
  files.set('pages/By property.md', '- reached by a property\n');
  files.set('pages/By embed.md', '- reached by an embed\n');
  files.set('pages/By query.md', 'kind:: checklist\n\n- listed by a query\n');
  files.set('pages/By org.md', '- reached from an org file\n');
  files.set('pages/By board.md', '- reached from a whiteboard\n');
  files.set('pages/By journal.md', '- reached from a journal\n');
  files.set('pages/Area___Child.md', '- stands in a namespace\n');
  files.set(
    'pages/hls__paper.md',
    'file:: [paper](../assets/paper.pdf)\nfile-path:: ../assets/paper.pdf\n\n- a highlight\n  ls-type:: annotation\n',
  );
  page(
    'Ways',
    `about:: [[By property]]\n\n- #[[By tag]] [[The Other Name]] ((${ID(3)})) {{embed [[By embed]]}}\n- {{query (page-property kind checklist)}}\n`,
  );
  files.set(
    'pages/notes.org',
    '#+TITLE: Org notes\n* A heading\n  see [[By org]] and [[Broken in org is left alone]]\n** TODO nothing of it is found\n   DEADLINE: <2020-01-01 Wed>\n',
  );
  page('To org', '- [[Org notes]]\n');
  files.set(
    'whiteboards/board.edn',
    '{:blocks ({:block/properties {:ls-type :whiteboard-shape :logseq.tldraw.shape {:type "logseq-portal" :pageId "By board"}}})}',
  );
  files.set('journals/2026_11_20.md', '- read [[By journal]] and [[Board]]\n- TODO call the landlord\n');
  page('Boards', '- [[board]]\n');
  files.delete('journals/2026_11_20.md');
  files.set('journals/2026_11_20.md', '- read [[By journal]]\n- TODO call the landlord\n');
  files.set('journals/2026_11_19.md', '-\n');

  // What Logseq does not look at.
  files.set('logseq/bak/pages/Backup.md', '- [[Broken in a backup]]\n');
  files.set('logseq/.recycle/pages_Deleted.md', '- [[Broken in the bin]]\n');
  files.set('private/Hidden.md', '- [[Broken and hidden]]\n');
  files.set('README.md', '# A file beside\n[[Broken beside the pages]]\n');
  files.set('node_modules/x/README.md', '- [[Broken in a package]]\n');

  // Twins and near twins.
  page('Coffee machine', '- how it is cleaned\n');
  files.set('pages/coffee Machine.md', '- the same page for Logseq\n');
  label('case-twin', 'Coffee machine', 'coffee Machine');
  page('Deploy guide', '- first this\n');
  page('Deploy-Guides', '- first that\n');
  label('near-duplicate', 'Deploy guide', 'Deploy-Guides');
  page('Production database', '- where it is\n');
  page('Prodution database', '- where it was\n');
  label('near-duplicate', 'Production database', 'Prodution database');
  for (const name of [
    'Sprint 11',
    'Sprint 12',
    'Sprint 1.1',
    'Team A',
    'Team B',
    'C++ style',
    'C style',
    'C# style',
    'Berlin East',
    'Berlin West',
  ])
    page(name, `- about ${name}\n`);
  const long = Array.from(
    { length: 12 },
    (_, at) =>
      `- step ${at + 1}: ${'alpha beta gamma delta epsilon zeta eta theta'
        .split(' ')
        .map((word) => word + at)
        .join(' ')}`,
  );
  page('Restore the ledger', long.join('\n'));
  page('Ledger, how to bring it back', [...long.slice(0, 11), '- and then tell everybody'].join('\n'));
  label('near-duplicate', 'Restore the ledger', 'Ledger, how to bring it back');
  const form = ['- ## Summary', '- ## Impact', '- ## What went well', '- ## What went poorly'];
  for (const number of [1, 2])
    page(
      `Post-mortem INC-2026-10-0${number}-001`,
      ['type:: post-mortem\nowner:: Ada\nstatus:: Closed\n', ...form, ...long].join('\n'),
    );

  // Pages that say nothing.
  page('Nothing', '-\n');
  page('Title only', 'title:: Title only\n\n- \n');
  page('Zero bytes', '');
  for (const name of ['Nothing', 'Title only', 'Zero bytes']) label('empty-page', name);
  page('Only properties', 'type:: person\nmail:: ada@example.org\n');
  page('Area', '-\n');

  // Files that pages show.
  for (const name of ['photo 1 (final).png', 'paper.pdf', 'üben.png', 'a%20b.png', 'deep/er/clip.mp4', 'CamelCase.PNG'])
    files.set(`assets/${name}`, 'x');
  for (let number = 0; number < 300; number += 1) files.set(`assets/many/${number}.bin`, 'x');
  page(
    'Shows',
    [
      '- ![a](../assets/photo 1 (final).png){:height 100} ![b](../assets/photo%201%20%28final%29.png)',
      '- [paper](../assets/paper.pdf) ![u\u0308](../assets/u\u0308ben.png) ![](../assets/a%20b.png "a title")',
      '- {{video ../assets/deep/er/clip.mp4}} ![far](https://example.org/assets/none.png) [in code](x) `![](../assets/none.png)`',
    ].join('\n'),
  );
  page(
    'Shows nothing',
    '- ![gone](../assets/gone.png)\n- ![case](../assets/camelcase.png)\n- {{pdf ../assets/gone.pdf}}\n',
  );
  for (const name of ['../assets/gone.png', '../assets/camelcase.png', '../assets/gone.pdf'])
    label('dead-asset', 'Shows nothing', name);

  // Pages that nobody has looked at.
  page('Zone map stale', '- much depends on it\n');
  page('Needs the zone map', '- [[Zone map stale]]\n');
  label('stale-page', 'Zone map stale');
  page('Read again stale', 'reviewed:: 2026-11-01\n\n- old, and still so\n');
  page('Archived stale', 'status:: archived\n\n- old, and over\n');
  page('Said so', 'reviewed:: [[2024-01-01]]\n\n- somebody wanted it to be read\n');
  label('stale-page', 'Said so');
  page('Every month', 'reviewed:: 2026-09-01\nreview-every:: 30d\n\n- often\n');
  label('stale-page', 'Every month');

  // Properties that types need.
  page('service', 'required-properties:: tier\n\n- what a service is\n');
  page('Billing', 'type:: service\nowner:: [[Ada]]\ntier:: 1\n\n- bills\n');
  page('Search', 'type:: [[service]]\nowner::\n\n- searches\n');
  label('missing-property', 'Search', 'owner');
  label('missing-property', 'Search', 'tier');
  page('@Ada', '- how to reach her\n');
  page('Ada', 'type:: person\n\n- somebody\n');
  page('Template/service', 'type:: service\n\n- to be filled in\n');

  // Tasks.
  page(
    'Tasks',
    [
      '- TODO pay the bill @ada\n  DEADLINE: <2026-11-01 Sun>',
      '- DOING read the mail\n  owner:: Ada\n  SCHEDULED: <2026-10-01 Thu 10:00 .+1d>',
      '- TODO order paper [[@Ada]]\n  DEADLINE: <2026-11-21 Sat>',
      '- TODO book a room #@ada\n  due:: [[Monday, 30.11.2026]]',
      '- DONE paid @ada\n  DEADLINE: <2026-01-01 Thu>',
      '- CANCELED never mind\n  DEADLINE: <2026-01-01 Thu>',
      '- LATER water the plants @ada\n  due:: [[Monday, 02.11.2026]]',
      '- ```\n  TODO in code\n  DEADLINE: <2020-01-01 Wed>\n  ```',
      '- TODO nobody has this one',
      '- TODO write to ada@example.org',
    ].join('\n'),
  );
  label('overdue-task', 'Tasks', 'pay the bill');
  label('overdue-task', 'Tasks', 'read the mail');
  label('overdue-task', 'Tasks', 'water the plants');
  label('ownerless-task', 'Tasks', 'nobody has this one');
  label('ownerless-task', 'Tasks', 'write to ada@example.org');
  page(
    'Forms',
    '- A form\n  template:: weekly\n\t- TODO fill in\n\t  DEADLINE: <2020-01-01 Wed>\n\t- see [[Some project]] and [[<% today %>]]\n\t- ### three\n',
  );

  // Incidents and what was learnt.
  const incident = (number: number, status: string): void =>
    page(
      `INC-2026-11-${String(number).padStart(2, '0')}-001`,
      `type:: incident\nstatus:: ${status}\nseverity:: P1\nservice:: Billing\n\n- what happened\n`,
    );
  incident(1, 'Active');
  incident(2, 'Stable');
  incident(3, 'Closed');
  incident(20, 'Active');
  label('open-incident', 'INC-2026-11-01-001');
  label('open-incident', 'INC-2026-11-02-001');
  page(
    'Post-mortem INC-2026-11-03-001',
    'type:: post-mortem\nowner:: Ada\nstatus:: In review\n\n- ## Action items\n\t- TODO an alert on the queue (owner: Ada, due 2026-11-10)\n\t- TODO a test of the quota\n\t  owner:: Ada\n\t  due:: 2026-12-24\n\t- DONE a limit\n\t  DEADLINE: <2026-11-05 Thu>\n',
  );
  label('open-action-item', 'Post-mortem INC-2026-11-03-001', 'an alert on the queue');
  page('Post-mortem INC-2026-09-09-001', 'type:: post-mortem\nowner:: Ada\nstatus:: Draft\n\n- later\n');
  label('draft-post-mortem', 'Post-mortem INC-2026-09-09-001');
  page('Post-mortem INC-2026-11-18-001', 'type:: post-mortem\nowner:: Ada\nstatus:: Draft\n\n- soon\n');

  // Releases.
  const release = (version: string, status: string): void =>
    page(
      `Release left ${version}`,
      `type:: release\npackage:: left\nversion:: ${version}\nstatus:: ${status}\ndate:: 2026-11-01\ntag:: v${version}\n\n- notes\n`,
      `Release left ${version}`,
    );
  release('1.0.0', 'published');
  release('1.1.0', 'published');
  release('1.2.0', 'rejected');
  label('release-disagrees', 'Release left 1.1.0', 'registry');
  label('release-disagrees', 'Release left 1.2.0', 'registry');

  // Workflows and personas.
  const workflow = (title: string, body: string): string =>
    `- {{renderer :stagebook, workflow}} ${title}\n- ## {{renderer :stagebook, stage}} Do it\n  \`\`\`yaml\n  persona: keeper\n  \`\`\`\n${body}`;
  const step = (uses: string): string =>
    `\t- {{renderer :stagebook, step}} One thing\n\t  \`\`\`yaml\n\t  uses: ${uses}\n\t  \`\`\`\n`;
  page('Rotate the keys', workflow('Rotate the keys', step('git.look')));
  page('Drain a node', workflow('Drain a node', step('git.look')));
  page('Old drill', workflow('Old drill', step('git.look')));
  label('unrehearsed-workflow', 'Drain a node');
  label('unrehearsed-workflow', 'Old drill');
  page(
    'Broken drill',
    `${workflow('Broken drill', step('git.look'))}- ## {{renderer :stagebook, stagge}} No such role\n`,
  );
  label('broken-workflow', 'Broken drill');
  page(
    'About workflows',
    `- an example\n  \`\`\`\`markdown\n  ${workflow('Example', '').replaceAll('\n', '\n  ')}\n  \`\`\`\`\n`,
  );
  page(
    'Keeper',
    '- {{renderer :stagebook, persona}} Keeper\n  ```yaml\n  id: keeper\n  actions: [git.look, npm.*]\n  ```\n',
  );
  label('unused-persona-tool', 'Keeper');

  // Long pages and headings.
  page('Endless', Array.from({ length: 700 }, (_, at) => `- line ${at}`).join('\n'));
  label('long-page', 'Endless');
  page('Jumps', '- # One\n- ### Three\n\t- #### Four\n- ## Two\n- #tag is no heading\n- ```\n  ##### in code\n  ```\n');
  label('heading-jump', 'Jumps', 'Three');
  page('No jumps', '- ## Begins at two\n- ### Three\n- # One\n- ## Two\n- text\n\t- ### Three\n');

  // Secrets, and words about them.
  page(
    'Secrets',
    [
      `- AKIA${'QX7P2LM9'.repeat(2)}`,
      `- token: ghp_${'aB3dE6gH9kL2'.repeat(3)}`,
      '- `postgres://app:s3cr3t-Pa55@db.internal:5432/app`',
      '- the password is in the vault',
      `- -----BEGIN RSA PRIVATE KEY-----\n  ${'MIIEowIBAAKCAQEAx3J9'.repeat(6)}\n  -----END RSA PRIVATE KEY-----`,
      '- password: hunter2-Correct!',
    ].join('\n'),
  );
  for (const about of ['an AWS access key', 'a GitHub token', 'a password in an address', 'a private key', 'password'])
    label('secret', 'Secrets', about);
  page(
    'No secrets',
    [
      '- AKIAIOSFODNN7EXAMPLE is the example of the documentation',
      '- `postgres://user:password@localhost/app`, `postgres://$USER:$PASSWORD@db/app`, `https://example.org:8080/a@b`',
      '- password: <your password>, token: ${TOKEN}, api_key: "xxxxxxxxxxxxxxxx", secret = secret("NPM_TOKEN")',
      '- the token: a word for it; key: value; Password: required; access key: see [[計画]]',
      '- passwords are kept for 90 days; token budget: 1900; sk-learn is a library; sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      '- ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx8 is a public key; -----BEGIN PUBLIC KEY-----',
    ].join('\n'),
  );

  // Code.
  page(
    'Code',
    '- `src/server/main.ts:12` and `src/server/gone.ts:3` and `src/server/main.ts:900` and `and/or` and `README.md`\n',
  );
  label('broken-code-reference', 'Code', 'src/server/gone.ts:3');
  label('broken-code-reference', 'Code', 'src/server/main.ts:900');

  files.set('pages/Contents.md', `${hub.join('\n')}\n`);
  return { files, labels };
}
