/** In a package's folder, what people keep secrets in. */
export const SECRET: readonly string[] = ['.git', '.env', '.npmrc', '.pypirc', '.netrc'];
