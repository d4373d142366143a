/** Defined by the build of the executable. */
declare const BUILT_IN_VERSION: string | undefined

/** Version of the plugin if it was built as one file; undefined if it runs as a package, and can read its package.json. */
export const builtInVersion = typeof BUILT_IN_VERSION === 'string' ? BUILT_IN_VERSION : undefined
