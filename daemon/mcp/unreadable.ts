import { ErrorCode, type JSONRPCMessage, type RequestId } from '@modelcontextprotocol/sdk/types.js';

/**
 * Which calls an answer that cannot be read was meant for: the one whose number stands in it, else the only one that waits.
 * Of several nobody knows which, so each has its own time-out.
 */
export function meantFor(text: string, waiting: ReadonlySet<RequestId>): RequestId[] {
  const named = [...text.matchAll(/"id"\s*:\s*(\d{1,15})(?=\s*[,}\s]|$)/g)].map(([, id]) => Number(id));
  const known = named.filter((id) => waiting.has(id));
  if (known.length > 0) return [known.at(-1)!];
  return waiting.size === 1 ? [...waiting] : [];
}

/** The error that a call gets in place of an answer that cannot be read. */
export function unreadableAnswer(id: RequestId, why: string): JSONRPCMessage {
  return { jsonrpc: '2.0', id, error: { code: ErrorCode.ParseError, message: why } };
}
