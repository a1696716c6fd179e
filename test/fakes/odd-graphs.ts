import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A graph as people really have it, and everything that is wrong with it: `check | page | about`. */
export interface OddGraph {
  files: Readonly<Record<string, string | Uint8Array>>;
  /** Where links in `pages/` lead. */
  links?: Readonly<Record<string, string>>;
  faults: readonly string[];
}

export function writeOdd(folder: string, { files, links = {} }: OddGraph): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const [name, to] of Object.entries(links)) symlinkSync(to, join(folder, 'pages', name));
}

const id = (number: number): string => `6a000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const hub = (...names: string[]): string => `- ${names.map((name) => `[[${name}]]`).join(' ')}\n`;

/** Years of notes: journals under another pattern, queries, cards, Zotero, whiteboards, drawers, two operating systems. */
const years: OddGraph = {
  files: {
    'logseq/config.edn': `{:meta/version 1 ;; a comment
 :file/name-format :triple-lowbar
 :journal/page-title-format "yyyy-MM-dd EEEE"
 :journal/file-name-format "yyyy-MM-dd"
 :property/separated-by-commas #{:attendees}
 :ignored-page-references-keywords #{:website}
 :default-home {:page "dashboard" :sidebar ["Contents"]}
 :default-templates {:journals "Day form"}
 :default-queries {:journals [{:title "x" :query "(and [[Named in the configuration]] (task NOW))"}
                              {:title "y" :query [:find (pull ?b [*]) :where [?p :block/name "named in datalog"]]}]}
 :macros {"ticket" "[#$1](https://t.example/$1)" "go" "[[Named in a macro]]"}
 #_ :x}`,
    'logseq/bak/pages/Old/2021.md': '- [[gone in a backup]]',
    'logseq/version-files/a.md': '- [[gone in a version]]',
    'journals/2026-11-20.md': [
      '- met [[Ada Lovelace]] about [[projects/alpha]], see [[2026-11-19 Thursday]] and [[2026-12-25 Friday]]',
      '- {{renderer :wordcount_, [[whatever]]}} {{cards [[Cards of a topic]]}} {{ticket 42}} {{{not a macro}}}',
      '- {{query (and [[Named in a query]] (not #[[Named in a query, too]]) (between -7d today))}}\n  query-table:: true\n  query-properties:: [:block :page]',
      '- What is it? #card #[[spaced repetition]]\n  card-last-interval:: 4\n  card-next-schedule:: 2021-04-01T15:00:00.000Z',
      '- TODO buy milk\n  :LOGBOOK:\n  CLOCK: [2026-11-20 Fri 10:00:00]--[2026-11-20 Fri 10:01:00] =>  00:01:00\n  :END:',
      '- DONE ship it\n  SCHEDULED: <2026-10-01 Thu .+1w>',
      '- math $$\\begin{bmatrix} a & [[b]] \\end{bmatrix}$$ costs $5, and [[Ada Lovelace]] costs $6',
      '- ```bash\n  if [[ -n "$x" ]]; then echo ((1+2)); fi # no tag\n  ```',
      '- [a](https://en.wikipedia.org/wiki/Foo_(bar)) <https://x.example/#frag> https://x.example/a#section-2',
      '- [[[Ada]]] ==[[ Ada ]]== ^^[[projects/beta]]^^ ~~[[Reading list]]~~ (([[Ada]])) ((no uuid)) a#b C#',
    ].join('\n'),
    'journals/2026_11_18.md': '- a journal of an older pattern\n',
    'journals/2026-11-17.md': '',
    'pages/Ada Lovelace.md':
      'alias:: Ada, [[A. Lovelace]], "Countess, the"\ntype:: person\n\n- knows [[Charles Babbage]]\n',
    'pages/Charles Babbage.md': 'alias:: Ada\n\n- both say that they are [[Ada]]\n',
    'pages/projects___alpha.md': `type:: [[project]]\nwebsite:: [[of no concern]]\nattendees:: Ada Lovelace, Charles Babbage\n\n- [[alpha]] is another name\n- a target\n  id:: ${id(1)}\n`,
    'pages/projects___beta.md': `- ((${id(1)})) {{embed ((${id(1)}))}} [it](((${id(1)})))\n`,
    'pages/projects.md': '-\n',
    'pages/dashboard.md': `- {{query (property status "reading")}}\n- #+BEGIN_QUERY\n  {:query [:find (pull ?b [*]) :where [?p :block/name "persons of interest"]]\n   :inputs [:current-page "listed in inputs"]}\n  #+END_QUERY\n- ${hub('Drawers', 'Drawing', 'Boards', 'Code and marks', 'Two systems', 'Headings', 'No secrets', 'Real secrets', 'Zotero', 'Org page').slice(2)}`,
    'pages/Reading list.md':
      '- {{pdf ../assets/My Book (2nd).pdf}} ![x](../assets/img%20with%20space.png) ![y](../assets/img with space.png){:height 200, :width 300}\n- [f](file:///home/a/x.pdf) ![z](/assets/img with space.png) [z](zotero://select/library/items/ABC) {{zotero-imported-file ABCD, "My Book (2nd).pdf"}}\n- ![lost](../assets/lost file.png)\n',
    'pages/hls__My Book (2nd).md': `file:: [My Book](../assets/My Book (2nd).pdf)\nfile-path:: ../assets/My Book (2nd).pdf\n\n- a highlight\n  ls-type:: annotation\n  hl-page:: 3\n  id:: ${id(2)}\n`,
    'assets/My Book (2nd).pdf': 'x',
    'assets/img with space.png': 'x',
    'pages/Zotero.md': hub('@abelson1996structure'),
    'pages/@abelson1996structure.md':
      'title:: @abelson1996structure\nitem-type:: [[book]]\nauthors:: [[Harold Abelson]], [[Gerald Jay Sussman]]\nlinks:: [Local library](zotero://select/library/items/X)\n\n- [[Abstract]]\n\t- Structure. See [[A page I never wrote]].\n- [[Attachments]]\n\t- [PDF](zotero://open-pdf/library/items/Y) {{zotero-imported-file Y, "abc.pdf"}}\n',
    'pages/Day form.md': 'template:: Day form\n\n- <% today %> [[<% current page %>]]\n\t- [[Mood of the day]]\n',
    'pages/Drawers.md': `- a block of an older version\n  :PROPERTIES:\n  :id: ${id(3)}\n  :custom: [[in a drawer]]\n  :END:\n- ((${id(3)})) ((${id(2)}))\n`,
    'pages/Two systems.md': `type:: note\r\ntags:: dashboard\r\n\r\n- one [[Ada Lovelace]]\r\n  second line [[Cafe\u0301]]\r\n  id:: ${id(4)}\r\n- \`\`\`js\r\n  let [[x]] = 1\r\n  \`\`\`\r\n- ((${id(4).toUpperCase()}))\r\n- TODO call @ada\r\n  DEADLINE: <2026-01-01 Thu>\r\n`,
    'pages/Cafe\u0301.md': '- its file is named in another normal form\n',
    'pages/What%3F Really.md': '- [[What? Really]]\n',
    'pages/org notes.org': `#+title: Org page\n* TODO [[Nope in org]]\n:PROPERTIES:\n:id: ${id(5)}\n:END:\n[[file:../assets/only-org.png]]\n`,
    'pages/Boards.md': `- [[Plan]] ((${id(5)})) ((${id(6)}))\n`,
    'whiteboards/Plan.edn': `{:blocks [{:block/uuid #uuid "${id(6)}" :block/properties {:ls-type :whiteboard-shape, :logseq.tldraw.shape {:type "logseq-portal" :pageId "${id(1)}"}}}] :pages ({:block/uuid #uuid "${id(7)}", :block/name "plan", :block/original-name "Plan"})}`,
    'draws/2026-01-01.excalidraw': '{}',
    'pages/Drawing.md': '- [[draws/2026-01-01.excalidraw]] [[draws/gone.excalidraw]]\n',
    'pages/Code and marks.md': `- outer\n  \`\`\`\`md\n  \`\`\`\n  [[x1]] ((${id(99)}))\n  \`\`\`\n  \`\`\`\`\n- #+BEGIN_EXPORT html\n  <b>[[html]]</b>\n  #+END_EXPORT\n- @@html: <a>[[x2]]</a>@@ and mail@@example [[Ada]]\n- [:div [:a {:href "[[x4]]"} "[[x5]]"]]\n- \\#notag \\[[no]] \`[[in code]]\`\n- [[Ada#a heading]]\n`,
    'pages/Headings.md': '- # One\n\t- text\n- ## Two\n- #### Four\n',
    'pages/No secrets.md': [
      '- `const token = req.headers.authorization?.slice(7)`',
      '- token: 2026-11-21T10:00:00Z, access token: v1.2.3-rc.1+build.55',
      '- secret: kv/prod/billing/token-v2 and secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf1',
      '- `export TOKEN=$(gh auth token)` AWS_SECRET_ACCESS_KEY=AWS_SECRET_ACCESS_KEY xoxb-your-token-here',
      '- token = response.json()["access_token"] and commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
      '- the password is “in the safe”, the passphrase was `changed`',
    ].join('\n'),
    'pages/Real secrets.md': `- the password is \`Tr0ub4dor&3xyz\`\n- hf_${'aBcDeFgHiJ'.repeat(4)}\n- 1234567890:AA${'bC3-dE6_fG9'.repeat(3)}\n`,
    'pages/Named in a query.md': '- x\n',
    'pages/Named in a query, too.md': '- x\n',
    'pages/Named in the configuration.md': '- x\n',
    'pages/named in datalog.md': '- x\n',
    'pages/Named in a macro.md': '- x\n',
    'pages/persons of interest.md': '- x\n',
    'pages/listed in inputs.md': '- x\n',
    'pages/Cards of a topic.md': '- x\n',
    'pages/draft.md~': '- [[of an editor]]',
    'pages/.hidden.md': '- [[hidden]]',
    'pages/contents.md': hub('dashboard'),
  },
  faults: [
    'broken-page-reference | @abelson1996structure | A page I never wrote',
    'broken-page-reference | Code and marks | Ada#a heading',
    'broken-page-reference | projects/alpha | alpha',
    'dead-asset | Drawing | draws/gone.excalidraw',
    'dead-asset | Reading list | ../assets/lost file.png',
    'heading-jump | Headings | Four',
    'orphan | What? Really | ',
    'overdue-task | Two systems | call @ada',
    'secret | Real secrets | a Hugging Face token: ‹secret›',
    'secret | Real secrets | a Telegram token: ‹secret›',
    'secret | Real secrets | a value of “password”: the password is `‹secret›`',
  ],
};

/** An old graph on a damaged disk: legacy names, dates with slashes, encodings, links that lead nowhere. */
const damaged: OddGraph = {
  files: {
    'logseq/config.edn':
      '{:journal/page-title-format "EEE, MM/dd/yyyy" :journal/file-name-format "yyyyMMdd" :hidden ["/archive" "pages/hide"] :re #"a[b]c" :inst #inst "2020-01-01"}',
    'journals/20261120.md': '- [[Thu, 11/19/2026]] and [[Fri, 11/20/2026]] #[[a tag of words]] [[work/projects]]\n',
    'pages/work.projects.md': hub('Tom'),
    'pages/Tom.md': 'aliases:: Tommy, Thomas\n\n- [[Tommy]]\n',
    'pages/sub/Nested page.md': '- folders are no part of a name\n',
    'pages/Index.md':
      hub('latin', 'utf16', 'nul', 'large', 'outside', 'Nested page', 'alias a', 'deep', 'no bullets') +
      '- [[sub/Nested page]] 链接[[不存在的页面]]，[[Tom]]。#标签，[[work/projects]]\n',
    'pages/latin.md': Buffer.from('- caf\xe9 [[Nobody]]', 'latin1'),
    'pages/utf16.md': Buffer.from('\ufeff- x [[Nobody]]', 'utf16le'),
    'pages/nul.md': '- a\0b',
    'pages/large.md': new Uint8Array(17 * 1024 * 1024).fill(32),
    'pages/alias a.md': 'alias:: alias b\n\n- [[alias b]]',
    'pages/alias b.md': 'alias:: alias a\n\n- [[alias a]]',
    'pages/deep.md': Array.from({ length: 400 }, (_, depth) => `${'\t'.repeat(depth)}- level ${depth}`).join('\n'),
    'pages/no bullets.md': '# One\n## Two\ntext [[Tom]] #Tom\n#### Four\n',
    'archive/a.md': '- [[hidden link]]',
    'pages/hide/h.md': '- [[hidden link]]',
  },
  links: { 'outside.md': '/etc/hostname', 'dangling.md': 'nowhere.md', 'loop.md': 'loop.md', around: '../pages' },
  faults: [
    'broken-page-reference | Index | sub/Nested page',
    'broken-page-reference | Index | 不存在的页面',
    'heading-jump | no bullets | Four',
  ],
};

/** What a database graph gives when it is exported as Markdown. */
const exported: OddGraph = {
  files: {
    'logseq/config.edn': '{:meta/version 1 :file/name-format :triple-lowbar}',
    'db.sqlite': 'SQLite format 3\0',
    'pages/Films.md': `- The Matrix #Movie\n\t- Rating:: 9\n\t  id:: ${id(10)}\n- Heat #Movie\n`,
    'pages/Chores.md':
      '- TODO Call Bob #Task\n  Deadline:: [[Nov 25th, 2026]]\n  Priority:: High\n- Paint the house #Task\n',
    'pages/$$$views.md': '- x\n',
    'pages/Quick add.md': '-\n',
    'pages/Library.md': '-\n',
    'pages/Property.md': '- \n',
    'journals/2026_11_21.md': `- [[${id(10)}]] [[Films]] [[Chores]]\n- [[${id(11)}]]\n`,
  },
  faults: [`broken-block-reference | Nov 21st, 2026 | ${id(11)}`],
};

export const ODD_GRAPHS: Readonly<Record<string, OddGraph>> = { years, damaged, exported };
