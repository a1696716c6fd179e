/** The largest message of a server that is read, in bytes. */
export const LARGEST_MESSAGE = 8 * 2 ** 20;
/** So many tools one server may list. */
export const MOST_TOOLS = 1_000;
/** On so many pages: one that always says there is another would never come to an end. */
export const MOST_PAGES = 100;
/** How long a server may take to begin, and to list its tools, in milliseconds. */
export const BEGIN_MS = 30_000;
/** How long a call may take without a sign of life, in milliseconds. */
export const CALL_MS = 60_000;
/** After so long without a call a server is ended, in milliseconds. */
export const IDLE_MS = 5 * 60_000;
/** How long a server that let a call time out has to answer a ping before it is ended, in milliseconds. */
export const PING_MS = 5_000;
