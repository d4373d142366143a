/** Facts about the build of the executable. */
interface BuiltIn {
  /** Version of the plugin. */
  readonly version: string
  /** Commit of the repository that it was built from. Missing if it was built outside of a repository. */
  readonly commit?: string
  /** Name and version of the JavaScript engine. */
  readonly runtime: string
}

/** Defined by the build of the executable. */
declare const BUILT_IN: BuiltIn | undefined

/** Facts about the build of the executable. Undefined if the plugin runs as a package, which has a package.json. */
export const builtIn: BuiltIn | undefined = typeof BUILT_IN === 'object' ? BUILT_IN : undefined

/** Version of the plugin if it is an executable. */
export const builtInVersion = builtIn?.version
