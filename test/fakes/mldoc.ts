import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Mldoc } = require('mldoc') as {
  Mldoc: { parseJson(text: string, config: string): string };
};

/** What mldoc calls a part, and what it is. */
export type Ast = [kind: string, body: unknown];
export type Part = [ast: Ast, range: { start_pos: number; end_pos: number } | null];

/**
 * A page's parts as Logseq's own parser sees them, with the settings that Logseq gives it (`default-config-map` of
 * logseq/graph_parser/mldoc), but for properties where they are to be kept.
 */
export function parseAsLogseq(text: string, { keepProperties = false } = {}): Part[] {
  const config = {
    toc: false,
    parse_outline_only: false,
    heading_number: false,
    keep_line_break: true,
    format: 'Markdown',
    heading_to_list: false,
    exporting_keep_properties: keepProperties,
    inline_type_with_pos: false,
    inline_skip_macro: false,
    export_md_indent_style: 'dashes',
    export_md_remove_options: [],
    hiccup_in_block: true,
  };
  return JSON.parse(Mldoc.parseJson(text, JSON.stringify(config))) as Part[];
}
