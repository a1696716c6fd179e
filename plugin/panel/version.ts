declare const STAGEBOOK_VERSION: string;

/** Of this package, put in by the build. */
export const VERSION = STAGEBOOK_VERSION;
