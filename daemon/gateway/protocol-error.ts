import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { toFailure } from '../../shared/failure.ts';

/** A failure of ours as an error of the protocol. */
export async function attempt<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof McpError) throw error;
    const { code, message } = toFailure(error);
    throw new McpError(ErrorCode.InvalidParams, `${message} (${code})`);
  }
}
