/** Exit codes of the commands on desired states. */
export const EXIT = { nothing: 0, failed: 1, usage: 2, changed: 3, refused: 4, undone: 5, left: 6 } as const
