/** Lets go of one thing. */
export type Closing = () => void | Promise<void>;

/** In the reverse order of opening; the first error is thrown when everything has had its turn. */
export async function closeAll(closing: Closing[]): Promise<void> {
  const errors: unknown[] = [];
  for (const give of closing.splice(0).toReversed()) {
    try {
      await give();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
