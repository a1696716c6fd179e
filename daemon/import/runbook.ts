import type { RootContent } from 'mdast';
import { printOutline, type Block } from '../../shared/outline/index.ts';
import { coversAction } from '../../shared/workflow/persona-limits.ts';
import { blockOf, nodeOf, proseOf, type Settings } from './blocks.ts';
import type { Given, ImportFormat, Imported, KnownPersona } from './format.ts';
import { personaNamed } from './persona-named.ts';
import { sourceOf, type Source } from './source.ts';

/** A stage by its heading: `Stage 1: …`, `Phase 2 - …`, or anything that ends in `(… Persona)`. */
const STAGE = /^(?:stage|phase)\s+(?:\d+|[ivx]+)\b|\([^()]*\bpersona\)\s*$/i;
/** A command that only switches the persona: the stage does that by itself. */
const SWITCHES = /^\s*(?:tta-persona|hypertool(?:-mcp)?\b.*\bpersona)\b.*$/;
/** A table of requirements, by the first cell of its head. */
const REQUIREMENTS = /^(?:check|gate|criteri|requirement|quality|metric|acceptance)/i;

/** A runbook as Hypertool writes it (`*.workflow.md`): headings, numbered steps, code, check lists and tables. */
export const runbook: ImportFormat = {
  name: 'runbook',
  is: ({ name, json }) => json === undefined && /\.(md|markdown)$/i.test(name),
  async read(given, personas) {
    const source = await sourceOf(given.text);
    return new Runbook(given, source, personas).page();
  },
};

/** Turns the parts of one runbook into blocks. Whatever is not recognised stays as prose, so that no line is lost. */
class Runbook {
  readonly #given: Given;
  readonly #source: Source;
  readonly #personas: readonly KnownPersona[];
  readonly #notes: string[] = [];
  #numbers = new Map<string, number>();
  #code = 0;
  #persona: KnownPersona | undefined;

  constructor(given: Given, source: Source, personas: readonly KnownPersona[]) {
    this.#given = given;
    this.#source = source;
    this.#personas = personas;
  }

  page(): Imported {
    const parts = this.#source.parts;
    const [first, ...others] = parts;
    const titled = first?.type === 'heading';
    const title = titled ? this.#source.textOf(first) : this.#given.name.replace(/(\.workflow)?\.\w+$/i, '');
    const body = this.#body(titled ? others : parts);
    const inputs: Settings = this.#code === 0 ? {} : { inputs: { run_code: RUN_CODE } };
    const header = nodeOf('workflow', title, inputs);
    const text = printOutline({
      preamble: 'type:: workflow\n\n',
      blocks: [header, ...body],
      lineEnd: '\n',
      indentUnit: '\t',
    });
    const file = `${this.#given.name.replace(/(\.workflow)?\.\w+$/i, '')}.md`;
    return { kind: 'page', what: 'workflow', file, text, notes: this.#notes };
  }

  #body(parts: readonly RootContent[]): Block[] {
    const stages = parts.filter((part) => part.type === 'heading' && STAGE.test(this.#source.textOf(part)));
    if (stages.length === 0) return this.#withoutStages(parts);
    const blocks: Block[] = [];
    for (let at = 0; at < parts.length;) {
      const part = parts[at]!;
      if (part.type !== 'heading' || !stages.includes(part)) {
        blocks.push(...this.#prose([part]));
        at += 1;
        continue;
      }
      const end = parts.findIndex((other, i) => i > at && other.type === 'heading' && other.depth <= part.depth);
      const inside = parts.slice(at + 1, end === -1 ? undefined : end);
      blocks.push(this.#stage(this.#source.textOf(part), inside));
      at = end === -1 ? parts.length : end;
    }
    return blocks;
  }

  /** A runbook that names no stages has one. */
  #withoutStages(parts: readonly RootContent[]): Block[] {
    this.#notes.push('No heading names a stage (“Stage 1: … (… Persona)”), so all of it is one.');
    return [this.#stage('All of it', parts)];
  }

  #stage(title: string, inside: readonly RootContent[]): Block {
    const persona = this.#personaOf(title, inside);
    this.#persona = persona;
    const id = this.#id('stage');
    const children = this.#sections(inside);
    return nodeOf('stage', title, { id, persona: persona.id }, children, '## ');
  }

  #personaOf(title: string, inside: readonly RootContent[]): KnownPersona {
    const said = /\(([^()]*?)\s*persona\)\s*$/i.exec(title)?.[1];
    const line = inside
      .map((part) => /^\**persona\**:\**\s*(.+)$/im.exec(this.#source.textOf(part))?.[1])
      .find((found) => found !== undefined);
    const found = personaNamed(said, this.#personas) ?? personaNamed(line, this.#personas);
    if (found) return found;
    const taken = this.#persona ?? this.#personas[0]!;
    const who = said ?? line;
    this.#notes.push(
      `“${title}” names ${who === undefined ? 'no persona' : `the persona “${who}”, which is not known here`}: it is ${taken.id} for now.`,
    );
    return taken;
  }

  /** Parts under their headings: a step with something to do becomes a sequence, any other heading stays one. */
  #sections(parts: readonly RootContent[]): Block[] {
    const blocks: Block[] = [];
    for (let at = 0; at < parts.length;) {
      const part = parts[at]!;
      if (part.type !== 'heading') {
        blocks.push(...this.#convert(part));
        at += 1;
        continue;
      }
      const end = parts.findIndex((other, i) => i > at && other.type === 'heading' && other.depth <= part.depth);
      const inside = this.#sections(parts.slice(at + 1, end === -1 ? undefined : end));
      const title = this.#source.textOf(part);
      blocks.push(
        inside.some(isNode)
          ? nodeOf('sequence', title, { id: this.#id('step') }, inside, '### ')
          : blockOf(`${'#'.repeat(part.depth)} ${proseOf(title)}`, inside),
      );
      at = end === -1 ? parts.length : end;
    }
    return blocks;
  }

  #convert(part: RootContent): Block[] {
    if (part.type === 'code') return this.#codeBlocks(part.lang ?? '', part.value, part);
    if (part.type === 'list') {
      if (part.children.some((item) => typeof item.checked === 'boolean')) return [this.#checkList(part)];
      return part.children.map((item, n) => this.#item(item, part.ordered ? `${(part.start ?? 1) + n}. ` : ''));
    }
    if (part.type === 'table') return [...this.#prose([part]), ...this.#requirements(part)];
    return this.#prose([part]);
  }

  /** A numbered step or a point: its text, and below it what it holds. */
  #item(item: ListItem, mark: string): Block {
    const [first, ...rest] = item.children;
    const text = first?.type === 'paragraph' ? this.#source.textOf(first) : '';
    const inside = (first?.type === 'paragraph' ? rest : item.children).flatMap((child) => this.#convert(child));
    const lines = `${mark}${text}`.split('\n');
    if (!inside.some(isNode)) return blockOf(proseOf(lines.join('\n')), inside);
    const more = lines.length > 1 ? [blockOf(proseOf(lines.slice(1).join('\n')))] : [];
    return nodeOf('sequence', lines[0]!, { id: this.#id('step') }, [...more, ...inside]);
  }

  #checkList(list: List): Block {
    const children = list.children.map((item) => {
      const [first, ...rest] = item.children;
      const text = first?.type === 'paragraph' ? this.#source.textOf(first) : '';
      const inside = (first?.type === 'paragraph' ? rest : item.children).flatMap((child) => this.#prose([child]));
      if (typeof item.checked !== 'boolean') return blockOf(proseOf(text), inside);
      const [title, ...more] = text.split('\n');
      const lines = more.length > 0 ? [blockOf(proseOf(more.join('\n')))] : [];
      return nodeOf('sign-off', title!, { id: this.#id('agreed') }, [...lines, ...inside]);
    });
    const id = this.#id('check_list');
    return nodeOf('gate', `Check list ${this.#numbers.get('check_list')}`, { id }, children);
  }

  /** A table of requirements is a gate, too: one agreement for each row. */
  #requirements(table: Table): Block[] {
    const [head, ...rows] = table.children;
    if (!head || rows.length === 0 || !REQUIREMENTS.test(this.#cells(head)[0] ?? '')) return [];
    const children = rows.map((row) => {
      const [name = '', ...values] = this.#cells(row);
      return nodeOf('sign-off', [name, values.filter(Boolean).join(', ')].filter(Boolean).join(': '), {
        id: this.#id('agreed'),
      });
    });
    const id = this.#id('requirements');
    return [nodeOf('gate', `Requirements ${this.#numbers.get('requirements')}`, { id }, children)];
  }

  #cells(row: TableRow): string[] {
    return row.children.map((cell) => this.#source.textOf(cell).trim());
  }

  /** Code is a step that does not run before somebody has read it and says so at the start. */
  #codeBlocks(language: string, code: string, part: RootContent): Block[] {
    const persona = this.#persona!;
    const runs = RUNNERS[language.toLowerCase()];
    const switches = code
      .trim()
      .split('\n')
      .every((line) => SWITCHES.test(line) || line.trim().startsWith('#'));
    if (!runs || switches || code.trim() === '') return this.#prose([part]);
    const n = this.#id('code');
    if (!coversAction(persona, 'sandbox.run', undefined) || (runs !== 'fence' && code.includes('${{'))) {
      this.#notes.push(`${n} is for a person to do: ${persona.id} may run no code here.`);
      const question = {
        id: n,
        question: `Do by hand what stands above (${language}), then say how it went.`,
        options: ['done', 'it failed'],
      };
      return [...this.#prose([part]), nodeOf('ask', 'Done by hand', question)];
    }
    this.#code += 1;
    const step =
      runs === 'fence'
        ? nodeOf('step', `Run ${language}`, { id: `${n}_run`, uses: 'sandbox.run', with: { limit: '5m' } }, [], '', {
            language,
            text: code,
          })
        : nodeOf('step', `Run ${language}`, {
            id: `${n}_run`,
            uses: 'sandbox.run',
            with: { argv: [runs, `script.${runs}`], files: { [`script.${runs}`]: `${code}\n` }, limit: '5m' },
          });
    return [nodeOf('when', `Run the code (${language})`, { id: n, if: 'inputs.run_code' }, [step])];
  }

  /** Parts as text that does nothing: a list as its points, everything else as it stands. */
  #prose(parts: readonly RootContent[]): Block[] {
    return parts.flatMap((part) => {
      if (part.type !== 'list') {
        const lines = this.#source.linesOf(part);
        return [blockOf(part.type === 'code' ? lines : proseOf(lines))];
      }
      return part.children.map((item, n) => {
        const [first, ...rest] = item.children;
        const text = first?.type === 'paragraph' ? this.#source.textOf(first) : '';
        const box = typeof item.checked === 'boolean' ? `[${item.checked ? 'x' : ' '}] ` : '';
        const mark = part.ordered ? `${(part.start ?? 1) + n}. ` : '';
        return blockOf(
          proseOf(`${mark}${box}${text}`),
          this.#prose(first?.type === 'paragraph' ? rest : item.children),
        );
      });
    });
  }

  #id(kind: string): string {
    const n = (this.#numbers.get(kind) ?? 0) + 1;
    this.#numbers.set(kind, n);
    return `${kind}_${n}`;
  }
}

const RUN_CODE: Settings = {
  type: 'boolean',
  default: false,
  title: 'Run the imported code. Read it first: it was written for somebody else.',
};

/** How code of a language is run: as the step's own fence, or as a script of a program. */
const RUNNERS: Readonly<Record<string, 'fence' | 'bash' | 'sh'>> = {
  python: 'fence',
  python3: 'fence',
  py: 'fence',
  javascript: 'fence',
  js: 'fence',
  node: 'fence',
  bash: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  sh: 'sh',
};

function isNode(block: Block): boolean {
  return /^(?:#+ )?\{\{renderer :stagebook, /.test(block.content) || block.children.some(isNode);
}

type List = Extract<RootContent, { type: 'list' }>;
type ListItem = List['children'][number];
type Table = Extract<RootContent, { type: 'table' }>;
type TableRow = Table['children'][number];
