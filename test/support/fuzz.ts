import { readdirSync } from 'node:fs'
import fc from 'fast-check'

/** A property that must hold for every value of an arbitrary. */
export interface Property<T = unknown> {
  readonly name: string
  readonly arbitrary: fc.Arbitrary<T>
  /** Checks one value. @throws if the property does not hold */
  check(value: T): void
  /** Returns further facts about a value that failed, for the message. */
  explain?(value: T): string
}

/** Removes the type of the values, so that properties fit into one list. */
export const property = <T>(each: Property<T>): Property => each as unknown as Property

/** Exports of a `*.fuzz.ts`. */
export interface FuzzFile {
  readonly properties: readonly Property[]
  /** Share of the runs relative to other files; 1 by default. */
  readonly share?: number
}

export interface FuzzOptions {
  /** Number of runs of all properties together. */
  readonly runs: number
  readonly seed: number
  /** Only properties whose file or name contains one of these; all if empty. */
  readonly patterns?: readonly string[]
  /** Position in the runs of one property at which to begin, as printed by a failure. */
  readonly path?: string
}

/** Progress of a property, or its failure. */
export interface Progress {
  readonly name: string
  /** Runs since the last report. */
  readonly runs: number
  /** Reason of the failure, and how to reproduce it. */
  readonly failure?: string
  readonly isDone: boolean
}

interface Planned {
  readonly name: string
  readonly property: Property
  readonly runs: number
}

const folder = new URL('../fuzz/', import.meta.url)

/** Number of runs between two reports. */
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

/** Checks the properties of test/fuzz with inputs generated from `seed`. A property that failed is not run again. */
export async function* fuzz(options: FuzzOptions): AsyncGenerator<Progress> {
  const { seed, path } = options
  for (const planned of await plan(options)) {
    const { name, runs } = planned
    for (let done = 0; done < runs; ) {
      // A failure prints the seed of its chunk, so that it can be reproduced as the first chunk.
      const chunk = Math.min(CHUNK, runs - done)
      const failure = failureOf(planned, (seed + done) | 0, chunk, path)
      done += chunk
      const isDone = failure !== undefined || done >= runs
      yield { name, runs: chunk, isDone, ...(failure !== undefined && { failure }) }
      if (isDone) break
    }
  }
}
