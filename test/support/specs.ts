import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.NETLOOM_KERNEL_SPECS

/** The YAML specs of a current kernel, by name. Empty without NETLOOM_KERNEL_SPECS, which npm test sets. */
export const kernelSpecs: ReadonlyMap<string, string> = new Map(
  folder !== undefined && existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map((name) => [name.replace('.yaml', ''), join(folder, name)])
    : [],
)

/** Returns the path of a spec. @throws {Error} if there is none */
export function specFile(name: string): string {
  const file = kernelSpecs.get(name)
  if (file === undefined) throw new Error(`expected a spec ${name} in NETLOOM_KERNEL_SPECS`)
  return file
}

/** Returns the text of a spec. */
export const specText = (name: string): string => readFileSync(specFile(name), 'utf8')
