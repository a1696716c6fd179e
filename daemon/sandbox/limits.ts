/** What code may use where nothing else is said. */
export const MEMORY_MB = 512;
/** What Node sets aside for itself before the first line of code; it counts for the limit but is hardly used. */
export const RESERVED_MB = 192;
/** How many processes and threads there may be at once, where the system offers such a limit. */
export const PROCESSES = 256;
