import { formatDay, parseDay, type Day } from '../graph/journal-names.ts';
import { pageKey } from '../graph/names.ts';
import type {
  AssetRef,
  BlockRef,
  CodeRef,
  Heading,
  Link,
  LinkKind,
  PageFacts,
  Place,
  SecretSeen,
  Task,
} from './facts.ts';
import { scanReferences, type Seen } from './references.ts';
import { secretsIn } from './secrets-in.ts';
import { Sketcher } from './sketch.ts';
import { taskIn } from './task-in.ts';

/** A block as it comes from any graph, in document order. */
export interface SourceBlock {
  ref: string;
  uuid?: string | undefined;
  line?: number | undefined;
  depth: number;
  content: string;
  properties: Readonly<Record<string, string>>;
}

export interface PageSource {
  name: string;
  kind: PageFacts['kind'];
  path?: string | undefined;
  revision: string;
  changed?: number | undefined;
  day?: string | undefined;
  properties: Readonly<Record<string, string>>;
  blocks: Iterable<SourceBlock>;
  /** The page's Markdown; asked for where it carries a node of ours. */
  text(): string;
}

/** What of the graph's settings matters to a page. */
export interface FactSettings {
  journalTitle: string;
  /** Properties whose values are lists of pages (`:property/separated-by-commas`), besides `tags` and `alias`. */
  commaProperties: ReadonlySet<string>;
  /** Properties in whose values Logseq sees no references (`:ignored-page-references-keywords`). */
  ignoredProperties: ReadonlySet<string>;
}

/** Properties whose values say what something is: a category needs no page of its own. */
const CATEGORIES = new Set(['type', 'item-type', 'category', 'categories', 'kind']);
/** A block's id in a drawer, as older versions of Logseq wrote it. */
const DRAWER_ID = /^[ \t]*:id:[ \t]+([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[ \t]*\r?$/gim;

/** Properties whose values are Logseq's own or mean no page. */
const NO_REFERENCES =
  /^(?:id|title|filters|template|template-including-parent|query-.*|collapsed|created-at|updated-at|icon|heading|background-color|ls-type|hl-.*|logseq\..*|exclude-from-graph-view|card-.*|macro|public)$/;
/** Properties that say nothing about what a page is about. */
const SAYS_NOTHING = new Set([
  'title',
  'id',
  'collapsed',
  'created-at',
  'updated-at',
  'icon',
  'public',
  'exclude-from-graph-view',
]);
/** The pages of reviews (daemon/review/page.ts). */
const REVIEW = /^review\/\d{4}-\d{2}-\d{2}/i;
/** The page that `stagebook review --todos` writes. */
const CODE_TODOS = 'code todos';
const HEADING = /^(#{1,6})\s+(\S.*)/;
const PULL = /https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/pull\/(\d+)/g;
const PATH =
  /^(?:\.\/)?((?:[\p{L}\p{M}\p{N}_@.+[\]-]+\/)+[\p{L}\p{M}\p{N}_@.+[\]-]*\.[A-Za-z]\w{0,7}|[\p{L}\p{N}_@+-][\p{L}\p{M}\p{N}_@.+-]*\.[a-z]\w{0,7})(?::(\d+)(?:[:-]\d+)?|#L(\d+)(?:-L?\d+)?)?$/u;
const SYMBOL = /^[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*\(\)$/;

/** The same as `pageKey`, faster for what most names are: the letters of ASCII have one form. */
function keyOf(name: string): string {
  return /[^\x20-\x7e]|^[ /]|[ /]$/.test(name) ? pageKey(name) : name.toLowerCase();
}

/** Reads what the review needs of a page. Pure: the same page gives the same facts. */
export function factsOf(source: PageSource, settings: FactSettings): PageFacts {
  return new Reader(source, settings).facts();
}

class Reader {
  readonly #source: PageSource;
  readonly #settings: FactSettings;
  readonly #links: Link[] = [];
  readonly #blockRefs: BlockRef[] = [];
  readonly #ids: string[] = [];
  readonly #assets: AssetRef[] = [];
  readonly #tasks: Task[] = [];
  readonly #headings: Heading[] = [];
  readonly #secrets: SecretSeen[] = [];
  readonly #code: CodeRef[] = [];
  readonly #queries: string[] = [];
  readonly #tags = new Set<string>();
  readonly #aliases = new Map<string, string>();
  #place: Place | undefined;
  #block: SourceBlock | undefined;
  #isTemplate = false;
  readonly #seen: Seen = {
    link: (kind, name) => this.#link(kind, name),
    path: (written) => this.#path(written),
    block: (uuid, label) => {
      this.#blockRefs.push({ uuid, ...(label !== undefined && { label }), place: this.#here() });
    },
    query: (text) => this.#queries.push(text),
    code: (text) => this.#inCode(text),
  };

  constructor(source: PageSource, settings: FactSettings) {
    this.#source = source;
    this.#settings = settings;
  }

  facts(): PageFacts {
    const { name, kind, path, revision, changed, day, properties } = this.#source;
    const key = pageKey(name);
    this.#pageProperties(properties);
    // A reference to a page's own block leads to the page.
    if (properties.id !== undefined) this.#ids.push(properties.id.toLowerCase());
    const sketcher = new Sketcher();
    let blocks = 0;
    let characters = 0;
    let says = false;
    let hasNode = false;
    let templates = properties.template !== undefined;
    /** How deep the templates are that the walk is in. */
    let template: number | undefined;
    for (const block of this.#source.blocks) {
      const { content, depth } = block;
      blocks += 1;
      characters += content.length;
      if (template !== undefined && depth <= template) template = undefined;
      if (template === undefined && block.properties.template !== undefined) template = depth;
      this.#isTemplate = template !== undefined;
      if (this.#isTemplate) templates = true;
      this.#block = block;
      this.#place = undefined;
      if (!says && (content.trim() !== '' || Object.keys(block.properties).some((each) => !SAYS_NOTHING.has(each))))
        says = true;
      if (block.uuid !== undefined) this.#ids.push(block.uuid.toLowerCase());
      if (content.includes(':PROPERTIES:'))
        for (const [, id] of content.matchAll(DRAWER_ID)) this.#ids.push(id!.toLowerCase());
      if (!hasNode && content.includes('{{') && content.includes(':stagebook')) hasNode = true;
      this.#read(block);
      if (kind === 'page') sketcher.add(content);
    }
    const targets = new Set<string>();
    let linksFiles = false;
    for (const link of this.#links) {
      if (link.kind === 'file') linksFiles = true;
      else if (link.key !== key) targets.add(link.key);
    }
    const type = typeOf(name, properties);
    const own = Object.keys(properties).filter((each) => !SAYS_NOTHING.has(each));
    return {
      name,
      key,
      kind,
      ...(path !== undefined && { path }),
      revision,
      ...(changed !== undefined && { changed }),
      ...(day !== undefined && { day }),
      properties,
      ...(type !== undefined && { type }),
      aliases: this.#aliases,
      lists: REVIEW.test(name) || (type === 'todos' && key === CODE_TODOS),
      templates,
      tags: this.#tags,
      blocks,
      characters,
      empty: !says && own.length === 0,
      links: this.#links,
      linksFiles,
      targets,
      blockRefs: this.#blockRefs,
      ids: this.#ids,
      assets: this.#assets,
      tasks: this.#tasks,
      headings: this.#headings,
      secrets: this.#secrets,
      code: this.#code,
      queries: this.#queries,
      sketch: sketcher.sketch(),
      words: sketcher.words,
      ...(hasNode && { workflow: this.#source.text() }),
    };
  }

  #read({ content, properties }: SourceBlock): void {
    const task = taskIn(content, properties, (text) => dayNamed(text, this.#settings.journalTitle));
    if (task && !this.#isTemplate) this.#tasks.push({ ...task, place: this.#here() });
    const heading = content.charCodeAt(0) === 35 ? HEADING.exec(content) : null;
    if (heading) this.#headings.push({ level: heading[1]!.length, text: heading[2]!, place: this.#here() });
    scanReferences(content, this.#seen);
    if (content.includes('/pull/')) {
      for (const [, name, number] of content.matchAll(PULL)) {
        this.#code.push({ kind: 'pull', name: `${name}#${number}`, place: this.#here() });
      }
    }
    for (const spot of secretsIn(content)) this.#secrets.push({ ...spot, place: this.#here() });
    for (const [name, value] of Object.entries(properties)) this.#property(name, value, false);
  }

  #pageProperties(properties: Readonly<Record<string, string>>): void {
    this.#place = {
      ref: null,
      ...(this.#source.path !== undefined && { line: 1 }),
      content: '',
      properties,
      template: false,
    };
    this.#isTemplate = false;
    for (const [name, value] of Object.entries(properties)) this.#property(name, value, true);
  }

  #property(name: string, value: string, ofPage: boolean): void {
    if (ofPage && (name === 'alias' || name === 'aliases')) {
      for (const alias of listed(value)) this.#aliases.set(pageKey(alias), alias);
      return;
    }
    if (name === 'file-path') {
      if (/assets\//.test(value)) this.#path(value);
      return;
    }
    if (NO_REFERENCES.test(name)) return;
    for (const { kind, from, to } of secretsIn(`${name}:: ${value}`)) {
      const lead = name.length + 3;
      if (from >= lead)
        this.#secrets.push({ kind, from: from - lead, to: to - lead, property: name, place: this.#here() });
    }
    // A value in quotes is a text whatever is in it.
    if (/^".*"$/.test(value) || this.#settings.ignoredProperties.has(name)) return;
    if (CATEGORIES.has(name)) {
      scanReferences(value, { ...this.#seen, link: (_kind, of) => this.#link('tag', of) });
      return;
    }
    if (name === 'tags' || this.#settings.commaProperties.has(name)) {
      for (const tag of listed(value)) {
        this.#link('tag', tag);
        if (name === 'tags' && ofPage) this.#tags.add(keyOf(tag));
      }
      return;
    }
    scanReferences(value, this.#seen);
  }

  #link(kind: LinkKind, name: string): void {
    if (/^draws\/.*\.excalidraw$/.test(name))
      return void this.#assets.push({ path: name, written: name, place: this.#here() });
    this.#links.push({ kind, name, key: keyOf(name), place: this.#here() });
  }

  #path(written: string): void {
    const clean = written
      .replace(/\s+(?:"[^"]*"|'[^']*')$/, '')
      .replace(/^<(.*)>$/, '$1')
      .trim();
    if (clean === '' || /^(?:[a-z][a-z0-9+.-]+:|\/\/|#|mailto:)/i.test(clean)) {
      const name = /^logseq:\/\/graph\/[^?]*\?page=([^&]+)/i.exec(clean)?.[1];
      if (name !== undefined) this.#link('tag', decoded(name));
      return;
    }
    const path = decoded(clean);
    if (/(?:^|\/)assets\//.test(path)) this.#assets.push({ path, written: clean, place: this.#here() });
    else if (/(?:^|\/)draws\/.*\.excalidraw$/.test(path))
      this.#assets.push({ path, written: clean, place: this.#here() });
    else if (/\.(?:md|markdown|org)(?:#.*)?$/i.test(path)) {
      this.#links.push({ kind: 'file', name: path.replace(/#.*$/, ''), key: '', place: this.#here() });
    }
  }

  #inCode(text: string): void {
    if (text.length > 200) return;
    const path = PATH.exec(text);
    if (path) {
      const line = path[2] ?? path[3];
      this.#code.push({
        kind: 'path',
        name: path[1]!,
        ...(line !== undefined && { line: Number(line) }),
        place: this.#here(),
      });
    } else if (SYMBOL.test(text)) this.#code.push({ kind: 'symbol', name: text.slice(0, -2), place: this.#here() });
  }

  #here(): Place {
    if (this.#place) return this.#place;
    const { ref, uuid, line, content, properties } = this.#block!;
    this.#place = {
      ref,
      ...(uuid !== undefined && { uuid }),
      ...(line !== undefined && { line }),
      content,
      properties,
      template: this.#isTemplate,
    };
    return this.#place;
  }
}

function typeOf(name: string, { type: said }: Readonly<Record<string, string>>): string | undefined {
  if (said !== undefined) {
    const type = pageKey(said.split(',', 1)[0]!.replace(/^#?\[\[(.*)\]\]$|^#/, '$1'));
    if (type !== '') return type;
  }
  if (/^INC-\d{4}-\d{2}-\d{2}-\d{3,}$/i.test(name)) return 'incident';
  if (/^Post-?mortem\b.*INC-\d{4}/i.test(name)) return 'post-mortem';
  return undefined;
}

/** The names of a list with commas, each as it is, in double brackets, or as a tag. A comma in brackets is the name's. */
export function listed(value: string): string[] {
  const parts = value.match(/\s*#?\[\[[^\]]*\]\]|\s*"[^"]*"|[^,，]+/g) ?? [];
  return parts
    .map((part) =>
      part
        .trim()
        .replace(/^#?\[\[(.*)\]\]$/, '$1')
        .replace(/^"(.*)"$/, '$1')
        .replace(/^#/, '')
        .trim(),
    )
    .filter((part) => part !== '' && !part.includes('<%'));
}

/** `YYYY-MM-DD` of a text that names a day as journals are named. */
export function dayNamed(text: string, journalTitle: string): string | undefined {
  const day = parseDay(text, journalTitle);
  return day && isoDay(day);
}

export const isoDay = (day: Day): string => formatDay(day, 'yyyy-MM-dd');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that is itself.
    return path;
  }
}
