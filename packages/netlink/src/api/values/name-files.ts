import { readdirSync, readFileSync, statSync } from 'node:fs'
import { ArgumentError, show } from '../../codec/index.js'

/** Folders of iproute2's files of names. A file in the first one replaces that of the same name in the second one. */
const FOLDERS = ['/etc/iproute2', '/usr/share/iproute2'] as const

type Names = ReadonlyMap<string, number>

/**
 * Names of numbers in a file of iproute2, like `rt_tables`, and in the `.conf` files of the folder `rt_tables.d`. They are read
 * when a name is looked up for the first time, and again when one of the files has changed.
 */
export class NameFile {
  readonly #name: string
  readonly #folders: readonly string[]
  #names: Names = new Map()
  #signature: string | undefined

  /** `name` is the file's: `rt_tables`. */
  constructor(name: string, folders: readonly string[] = FOLDERS) {
    this.#name = name
    this.#folders = folders
  }

  /** Returns the number of a name; undefined if no file has it. */
  numberOf(name: string): number | undefined {
    return this.#read().get(name)
  }

  /** Returns the first name of a number; undefined if no file has one. */
  nameOf(number: number): string | undefined {
    for (const [name, each] of this.#read()) if (each === number) return name
    return undefined
  }

  /** The files, for errors. */
  get paths(): string {
    return this.#folders.map((folder) => `${folder}/${this.#name}`).join(' or ')
  }

  #read(): Names {
    const files = this.#files()
    const signature = files.map(({ path, version }) => `${path} ${version}`).join('\n')
    if (signature !== this.#signature) {
      this.#names = new Map(files.flatMap(({ path }) => parseNames(textOf(path))))
      this.#signature = signature
    }
    return this.#names
  }

  /** Returns the files that exist: the first of those with the same name. */
  #files(): readonly { readonly path: string; readonly version: string }[] {
    const found = new Map<string, { readonly path: string; readonly version: string }>()
    for (const folder of this.#folders)
      for (const file of [this.#name, ...parts(folder, `${this.#name}.d`)]) {
        const path = `${folder}/${file}`
        const version = found.has(file) ? undefined : versionOf(path)
        if (version !== undefined) found.set(file, { path, version })
      }
    return [...found.values()]
  }
}

/** Returns the paths of the `.conf` files of a folder, relative to the outer one. */
function parts(outer: string, folder: string): string[] {
  try {
    const names = readdirSync(`${outer}/${folder}`).filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
    return names.sort().map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}

/** Returns a text that changes with the file; undefined if there is none. */
function versionOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.ino} ${stat.size} ${stat.mtimeNs}`
}

/** Returns the text of a file; none if it was deleted or cannot be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Parses lines like `255 local` or `0x10 AF11`; `#` begins a comment. */
function parseNames(text: string): [name: string, number: number][] {
  const lines = text.split('\n').map((line) => /^\s*(0x[0-9a-f]+|\d+)\s+(\S+)/i.exec(line))
  return lines.flatMap((found) => (found ? [[found[2] as string, Number(found[1])]] : []))
}

/** Names of routing tables. */
export const RT_TABLES = new NameFile('rt_tables')
/** Names of programs that create routes and rules. */
export const RT_PROTOS = new NameFile('rt_protos')
/** Names of scopes. */
export const RT_SCOPES = new NameFile('rt_scopes')
/** Names of realms. */
export const RT_REALMS = new NameFile('rt_realms')
/** Names of values of the field `tos`. */
export const RT_DSFIELD = new NameFile('rt_dsfield')
/** Names of programs that add addresses. */
export const RT_ADDRPROTOS = new NameFile('rt_addrprotos')
/** Names of groups of links. */
export const GROUP = new NameFile('group')

/** Returns a number, or that of a name in a file. `most` is the largest number. @throws {TypeError} naming `key` and the files */
export function numberIn(key: string, file: NameFile, value: string | number, most: number): number {
  const number = typeof value === 'string' ? file.numberOf(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most) return number
  throw new ArgumentError(
    `expected ${key} to be an integer from 0 to ${most} or a name in ${file.paths}, got ${show(value)}`,
  )
}
