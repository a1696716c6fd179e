/** A count as people read it: thousands apart. */
export const grouped = (count: number): string => count.toLocaleString('en-US');
