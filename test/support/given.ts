/** The arguments that a script of scripts/ was given, checked by it and handed on as JSON. */
export interface Given<T> {
  readonly values: T
  readonly positionals: readonly string[]
}

/** Returns what the script that started this process was given. */
export const given = <T>(): Given<T> => JSON.parse(process.argv[2] ?? '') as Given<T>

/** Options of a script that generates inputs. */
export interface Generated {
  readonly runs: string
  readonly seed?: string
  readonly path?: string
}
