/**
 * What Node runs a daemon with that stays. Where there is much memory V8 lets short-lived objects take 64 MB before it looks
 * through them; with an eighth of that the daemon holds 12 MB less and, as its garbage stays in the processor's cache, does
 * more steps a second (`npm run bench -- w1 w2` measures with it).
 */
export const DAEMON_FLAGS: readonly string[] = ['--max-semi-space-size=4'];
