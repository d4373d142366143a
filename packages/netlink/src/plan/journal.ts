import { ArgumentError, isRecord, show } from '../codec/error.js'
import { SystemError } from '../socket/error.js'
import { checkFile, FOLDER, fs, onDisk, prepareFolder } from './journal-folder.js'
import type { NetnsId } from './netns-id.js'
import type { JournalHeader } from './pending.js'
import type { DoneStep } from './run-steps.js'
import type { Step } from './types.js'
import type { UndoRequest } from './undo.js'

/** Version of the format of a journal. */
const VERSION = 3
const SUFFIX = '.plan'
/** Number of the error in errno.h. */
const ENOSPC = 28

/** Returns JSON that keeps bytes and 64-bit numbers. */
const write = (value: unknown) =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, member) {
    // Buffers are converted by their toJSON before.
    const own = this[key]
    if (own instanceof Uint8Array) return { $bytes: Buffer.from(own).toString('hex') }
    return typeof own === 'bigint' ? { $bigint: String(own) } : member
  })

const read = (text: string): unknown =>
  JSON.parse(text, (_key, member) => {
    if (!isRecord(member)) return member
    if (typeof member.$bytes === 'string') return Buffer.from(member.$bytes, 'hex')
    return typeof member.$bigint === 'string' ? BigInt(member.$bigint) : member
  })

/** Returns the path of a journal. @throws {TypeError} for a text that is not the name of one */
export function journalPath(name: string): string {
  if (typeof name !== 'string' || !/^[0-9a-f]{16}$/.test(name))
    throw new ArgumentError(`expected the name of a journal, 16 hexadecimal digits, got ${show(name)}`)
  return `${FOLDER}/${name}${SUFFIX}`
}

/**
 * The steps of a plan with what undoes them, one JSON text per line, in a file that only its owner can read. A line is written before
 * its step is done, by one system call: a line without an end belongs to a step that was not done. Another line of the step may follow
 * when it was done, with the index that the kernel has chosen: {@link JournalStep.isAmended}.
 */
export class Journal {
  readonly name: string
  readonly #fd: number
  #isOpen = true

  private constructor(name: string, fd: number) {
    this.name = name
    this.#fd = fd
  }

  /** Creates a journal of a change in a namespace. @throws {SystemError} if the folder cannot be written, or is full; then no file is left */
  static create(netns: NetnsId, confirmWithin: number): Journal {
    prepareFolder()
    const name = process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex')
    const flags =
      fs().constants.O_CREAT |
      fs().constants.O_EXCL |
      fs().constants.O_WRONLY |
      fs().constants.O_APPEND |
      fs().constants.O_NOFOLLOW
    const path = journalPath(name)
    const journal = new Journal(
      name,
      onDisk(path, () => fs().openSync(path, flags, 0o600)),
    )
    try {
      onDisk(path, () => fs().fchmodSync(journal.#fd, 0o600))
      const since = new Date().toISOString()
      journal.#line({ version: VERSION, pid: process.pid, netns, since, confirmWithin } satisfies JournalHeader)
      return journal
    } catch (error) {
      journal.remove()
      journal.close()
      throw error
    }
  }

  get path(): string {
    return journalPath(this.name)
  }

  /** Adds the process that undoes the steps. */
  addWatcher(watcher: number | undefined): void {
    this.#line({ watcher })
  }

  /** Adds a step that is about to be done, or with `isAmended` replaces what undoes it. */
  record({ step, undo }: DoneStep, isAmended: boolean): void {
    const { id, verb, object, key } = step
    this.#line({ step: { id, verb, object, key }, undo, ...(isAmended && { isAmended }) })
  }

  #line(value: unknown): void {
    const bytes = Buffer.from(`${write(value)}\n`)
    const { path } = this
    // A full file system may accept a part: then the line has no end.
    if (onDisk(path, () => fs().writeSync(this.#fd, bytes)) < bytes.length) throw new SystemError('write', ENOSPC, path)
    onDisk(path, () => fs().fsyncSync(this.#fd))
  }

  /** Claims the steps for this process, which undoes them. Returns false if they are being undone, or were confirmed. */
  claim(): boolean {
    return checkFile(this.path) && renamed(this.path, claimedPath(this.path))
  }

  /** Deletes the file under either of its names, if it is still there. */
  remove(): void {
    takeJournal(this.name)
    fs().rmSync(claimedPath(this.path), { force: true })
  }

  /** Closes the file. Later calls do nothing. */
  close(): void {
    if (this.#isOpen) fs().closeSync(this.#fd)
    this.#isOpen = false
  }
}

/** Returns the name of a journal whose steps are undone by the process that has done them. */
export const claimedPath = (path: string): string => `${path}.caller`

/** Renames a file. Returns false if it does not exist. Of two processes, only one succeeds. */
export function renamed(from: string, to: string): boolean {
  try {
    fs().renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Deletes a journal, after which its steps are not undone. Returns false if they are being undone, or were. */
export function takeJournal(name: string): boolean {
  const path = journalPath(name)
  const taken = `${path}.taken`
  if (!checkFile(path) || !onDisk(path, () => renamed(path, taken))) return false
  fs().unlinkSync(taken)
  return true
}

/** A step in a journal. */
export interface JournalStep {
  readonly step: Pick<Step, 'id' | 'verb' | 'object' | 'key'>
  readonly undo: readonly UndoRequest[]
  /** True if `undo` replaces that of the line before. */
  readonly isAmended?: boolean
}

/** Reads the steps of a journal, without a line that has no end. @throws {TypeError} for another version */
export function readJournal(path: string): JournalStep[] {
  const lines = fs().readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const [header, ...others] = lines.map(read)
  // The process that has created it was killed before it could write anything.
  if (header === undefined) return []
  if (!isRecord(header) || header.version !== VERSION)
    throw new ArgumentError(`expected a journal of version ${VERSION}, got ${show(header)}`)
  const steps: JournalStep[] = []
  for (const each of others as unknown as JournalStep[])
    if (isRecord(each) && 'step' in each) {
      if (each.isAmended) steps.pop()
      steps.push(each)
    }
  return steps
}
