/** Defined by the build of the executable. */
declare const BUILT_IN_VERSION: string | undefined

/** Version of the plugin if it was built as one file, which then reads no other file of the package; undefined otherwise. */
export const builtInVersion = typeof BUILT_IN_VERSION === 'string' ? BUILT_IN_VERSION : undefined
