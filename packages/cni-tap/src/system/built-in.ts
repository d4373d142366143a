/** Defined by the build of the executable. */
declare const BUILT_IN_VERSION: string | undefined

/** Version of the plugin if it was bundled into one file. Undefined if it runs as a package with a package.json. */
export const builtInVersion = typeof BUILT_IN_VERSION === 'string' ? BUILT_IN_VERSION : undefined
