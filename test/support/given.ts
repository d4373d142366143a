/** Arguments of a script in scripts/, which validates them and passes them on as JSON. */
export interface Given<T> {
  readonly values: T
  readonly positionals: readonly string[]
}

/** Returns the arguments of the script that started this process. */
export const given = <T>(): Given<T> => JSON.parse(process.argv[2] ?? '') as Given<T>

/** Options of a script that generates inputs. */
export interface Generated {
  readonly runs: string
  readonly seed?: string
  readonly path?: string
}
