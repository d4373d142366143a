import { readdirSync } from 'node:fs'
import fc from 'fast-check'

/** What a `*.fuzz.ts` exports as `properties`: what must hold, by name. */
export type Properties = Readonly<Record<string, fc.IRawProperty<unknown>>>

export interface FuzzOptions {
  readonly runs: number
  readonly seed: number
  /** Only files whose path contains one of these; all if empty. */
  readonly patterns?: readonly string[]
}

export interface Outcome {
  readonly name: string
  /** Undefined if the property held; otherwise how to see it fail again. */
  readonly failure: string | undefined
}

const folder = new URL('../fuzz/', import.meta.url)

/** Checks the properties of test/fuzz, each with `runs` inputs that follow from `seed`. */
export async function* fuzz({ runs, seed, patterns = [] }: FuzzOptions): AsyncGenerator<Outcome> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.fuzz.ts'))
  const wanted = files.filter((name) => patterns.length === 0 || patterns.some((pattern) => name.includes(pattern)))
  for (const file of wanted.sort()) {
    const { properties } = (await import(new URL(file, folder).href)) as { properties: Properties }
    for (const [name, property] of Object.entries(properties)) {
      const details = await fc.check(property, { numRuns: runs, seed })
      const report = () => `${fc.defaultReportMessage(details)}\n${details.errorInstance}`
      yield { name: `${file}: ${name}`, failure: details.failed ? report() : undefined }
    }
  }
}
