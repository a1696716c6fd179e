/** The tokenizer, as every figure names it. */
export const TOKENIZER = 'o200k_base';

/** What of a tool a model gets and pays. */
export type CountedTool = { [K in 'name' | 'description' | 'inputSchema']?: unknown };

/** Counts tokens as `TOKENIZER` does. */
export interface TokenCounts {
  /** Of a tool's definition. */
  tool(tool: CountedTool): number;
  /** Of a text. Of a very long one only so much is counted as keeps the daemon answering; the rest is counted like it. */
  text(text: string): number;
}

/** A piece of a text, in characters: a tokenizer's work grows with the square of what has no gap in it. */
const PIECE = 2_000;
/** So much of a text is counted, in characters. */
const COUNTED = 200_000;
/** Definitions whose count is kept. */
const KEPT = 4_000;

let loading: Promise<TokenCounts> | undefined;

/** The counts. The tokenizer takes a second to load, so only who counts loads it, and once. */
export function tokenCounts(): Promise<TokenCounts> {
  loading ??= load();
  return loading;
}

/** Counts what the definitions of tools cost a model. */
export async function tokenCounter(): Promise<(tool: CountedTool) => number> {
  return (await tokenCounts()).tool;
}

async function load(): Promise<TokenCounts> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import('js-tiktoken/lite'),
    import('js-tiktoken/ranks/o200k_base'),
  ]);
  const tokenizer = new Tiktoken(ranks);
  const count = (text: string): number => tokenizer.encode(text, [], []).length;
  const known = new Map<string, number>();
  return {
    tool({ name, description, inputSchema }) {
      const text = JSON.stringify({ name, description, inputSchema });
      const tokens = known.get(text) ?? count(text);
      if (known.size >= KEPT) known.clear();
      known.set(text, tokens);
      return tokens;
    },
    text(text) {
      let tokens = 0;
      for (let at = 0; at < text.length && at < COUNTED; at += PIECE) tokens += count(text.slice(at, at + PIECE));
      return text.length <= COUNTED ? tokens : Math.round((tokens * text.length) / COUNTED);
    },
  };
}
