import { readdirSync } from 'node:fs'
import fc from 'fast-check'

/** What must hold of every value of an arbitrary. */
export interface Property<T = unknown> {
  readonly name: string
  readonly arbitrary: fc.Arbitrary<T>
  /** @throws where it does not hold */
  check(value: T): void
  /** What a person needs to see of a value for which it does not hold, beyond the value itself. */
  explain?(value: T): string
}

/** A property whose values have a type; the list of them has none. */
export const property = <T>(each: Property<T>): Property => each as unknown as Property

/** What a `*.fuzz.ts` exports. */
export interface FuzzFile {
  readonly properties: readonly Property[]
  /** How many runs it gets compared with other files; 1 if left out. */
  readonly share?: number
}

export interface FuzzOptions {
  /** In all, over all properties. */
  readonly runs: number
  readonly seed: number
  /** Only properties in whose file or name one of these is; all if empty. */
  readonly patterns?: readonly string[]
  /** Where in the runs of one property to begin, as a failure told. */
  readonly path?: string
}

/** What was found, or how far it has come. */
export interface Progress {
  readonly name: string
  /** Since the last time. */
  readonly runs: number
  /** How to see it fail again, and why it does. */
  readonly failure?: string
  readonly isDone: boolean
}

interface Planned {
  readonly name: string
  readonly property: Property
  readonly runs: number
}

const folder = new URL('../fuzz/', import.meta.url)

/** So many at a time: then something is told. */
const CHUNK = 2000

async function plan({ runs, patterns = [] }: FuzzOptions): Promise<Planned[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.fuzz.ts'))
  const named: { name: string; property: Property; weight: number }[] = []
  for (const file of files.sort()) {
    const { properties, share = 1 } = (await import(new URL(file, folder).href)) as FuzzFile
    for (const property of properties) {
      const name = `${file}: ${property.name}`
      if (patterns.length > 0 && !patterns.some((pattern) => name.includes(pattern))) continue
      named.push({ name, property, weight: share / properties.length })
    }
  }
  const all = named.reduce((sum, { weight }) => sum + weight, 0)
  return named.map(({ name, property, weight }) => ({ name, property, runs: Math.ceil((runs * weight) / all) }))
}

function failureOf({ name, property }: Planned, seed: number, numRuns: number, path?: string): string | undefined {
  const checked = fc.property(property.arbitrary, (value) => property.check(value))
  const details = fc.check(checked, { numRuns, seed, ...(path !== undefined && { path }) })
  if (!details.failed) return undefined
  const [value] = details.counterexample ?? []
  return [
    `npm run fuzz -- --runs ${numRuns} --seed=${seed} --path ${details.counterexamplePath} '${name}'`,
    `after ${details.numRuns} runs and ${details.numShrinks} simplifications: ${fc.stringify(value)}`,
    ...(property.explain ? [property.explain(value)] : []),
    `${details.errorInstance instanceof Error ? (details.errorInstance.stack ?? details.errorInstance) : details.errorInstance}`,
  ].join('\n')
}

/** Checks the properties of test/fuzz with inputs that follow from `seed`. A property that failed is not asked again. */
export async function* fuzz(options: FuzzOptions): AsyncGenerator<Progress> {
  const { seed, path } = options
  for (const planned of await plan(options)) {
    const { name, runs } = planned
    for (let done = 0; done < runs; ) {
      // The seed that a failure tells is that of its chunk, which is then the first.
      const chunk = Math.min(CHUNK, runs - done)
      const failure = failureOf(planned, (seed + done) | 0, chunk, path)
      done += chunk
      const isDone = failure !== undefined || done >= runs
      yield { name, runs: chunk, isDone, ...(failure !== undefined && { failure }) }
      if (isDone) break
    }
  }
}
