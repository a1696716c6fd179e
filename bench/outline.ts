import { createRequire } from 'node:module';
import { parseOutline } from '../shared/outline/index.ts';
import type { Bench } from './bench.ts';
import { graphPage } from './graph-pages.ts';
import { median, round, timed } from './statistics.ts';

const PAGES = 10_000;
const SAMPLE = 500;

export const outline: Bench = {
  name: 'outline',
  summary: 'A graph of 10,000 pages parsed in memory on one thread; mldoc on 500 of them',
  async run() {
    const pages = Array.from({ length: PAGES }, (_, number) => graphPage(number));
    const megabytes = pages.reduce((size, page) => size + Buffer.byteLength(page), 0) / 1e6;
    // A graph is parsed once, when it is opened: the first time is what counts.
    const first = await timed(() => pages.forEach(parseOutline));
    const sample = pages.filter((_page, number) => number % (PAGES / SAMPLE) === 0);
    // Only now: loading it changes how the whole process ends on an error.
    const mldoc = (createRequire(import.meta.url)('mldoc') as { Mldoc: Mldoc }).Mldoc;
    const full = await timed(() => sample.forEach((page) => parseWithMldoc(mldoc, page, false)));
    const outlineOnly = await timed(() => sample.forEach((page) => parseWithMldoc(mldoc, page, true)));
    const ours: number[] = [];
    for (let n = 0; n < 7; n++) ours.push(await timed(() => sample.forEach(parseOutline)));
    return [
      { what: 'pages', value: PAGES, unit: `pages of ${round(megabytes, 1)} MB` },
      { what: 'the graph [core.outline.bench]', value: round(first), unit: 'ms', target: { atMost: 1_000 } },
      { what: 'the sample', value: round(median(ours), 2), unit: 'ms' },
      { what: 'the sample with mldoc', value: round(full), unit: 'ms' },
      { what: 'the sample with mldoc, outline only', value: round(outlineOnly), unit: 'ms' },
      {
        what: 'faster than mldoc [core.outline.bench]',
        value: round(full / median(ours), 1),
        unit: '×',
        target: { atLeast: 30 },
      },
      {
        what: 'faster than mldoc, outline only [core.outline.bench]',
        value: round(outlineOnly / median(ours), 1),
        unit: '×',
        target: { atLeast: 4 },
      },
    ];
  },
};

interface Mldoc {
  parseJson(text: string, config: string): string;
}

/** As Logseq parses a page of a file graph. */
function parseWithMldoc({ parseJson }: Mldoc, page: string, outlineOnly: boolean): void {
  const config = {
    toc: false,
    parse_outline_only: outlineOnly,
    heading_number: false,
    keep_line_break: true,
    format: 'Markdown',
    heading_to_list: false,
    exporting_keep_properties: false,
    inline_type_with_pos: false,
    inline_skip_macro: false,
    export_md_indent_style: 'dashes',
    export_md_remove_options: [],
    hiccup_in_block: true,
  };
  parseJson(page, JSON.stringify(config));
}
