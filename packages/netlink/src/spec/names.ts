/** Returns the key of a name: `xdpFeatures` for `xdp-features`. */
export const keyOf = (name: string): string =>
  name.toLowerCase().replace(/[-_.]+([a-z0-9])/g, (_, next: string) => next.toUpperCase())

/** Returns the kernel's form of a name: `XDP_FEATURES` for `xdp-features`. */
export const constantName = (name: string): string => name.toUpperCase().replaceAll('-', '_')

/** Returns the prefix of the kernel's names without its underscore: `CTRL_ATTR` for `ctrl-attr-`. */
export const prefixOf = (name: string): string => constantName(name).replace(/_$/, '')

/** Returns a name behind its prefix. A prefix can be empty. */
export const withPrefix = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}_${name}`)
