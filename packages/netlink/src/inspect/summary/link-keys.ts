const keys: ReadonlySet<string> = new Set(['oif', 'iif', 'ifindex', 'link', 'master', 'ifIdx', 'lower', 'dev'])

/** True if the attribute or member with this key is the index of a link. */
export const isLinkKey = (key: string): boolean => keys.has(key)
