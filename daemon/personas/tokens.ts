import type { ToolDefinition } from '../mcp/manifest.ts';

/** The tokenizer, as every figure names it. */
export const TOKENIZER = 'o200k_base';

type Counted = Pick<ToolDefinition, 'name' | 'description' | 'inputSchema'>;

/** Counts what the definitions of tools cost a model. The tokenizer takes a second to load, so only who counts loads it. */
export async function tokenCounter(): Promise<(tool: Counted) => number> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import('js-tiktoken/lite'),
    import('js-tiktoken/ranks/o200k_base'),
  ]);
  const tokenizer = new Tiktoken(ranks);
  return ({ name, description, inputSchema }) =>
    tokenizer.encode(JSON.stringify({ name, description, inputSchema }), [], []).length;
}
