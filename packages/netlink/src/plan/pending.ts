import { isRecord } from '../codec/error.js'
import { checkFolder, FOLDER, fs } from './journal-folder.js'
import type { NetnsId } from './netns-id.js'

/** The first line of a journal. */
export interface JournalHeader {
  readonly version: number
  /** The process that applies the steps. */
  readonly pid: number
  readonly netns: NetnsId
  /** The time when the steps began, as ISO 8601. */
  readonly since: string
  /** Milliseconds until the steps are undone. */
  readonly confirmWithin: number
}

/** A change that is neither confirmed nor undone. */
export interface Pending extends JournalHeader {
  readonly journal: string
  readonly path: string
  /** The process that undoes the steps, if it has begun. */
  readonly watcher: number | undefined
}

/** Names of a journal whose steps are not undone yet: by none, or by the process that has begun to do so. */
const STATES = ['', '.caller', '.undoing']
const NAME = /^([0-9a-f]{16})\.plan(?:\.caller|\.undoing)?$/

/** Returns the path under which a journal is, if its steps are not undone; undefined if it does not exist. */
export const pathOfPending = (path: string): string | undefined =>
  STATES.map((state) => `${path}${state}`).find((each) => fs().existsSync(each))

/** Reads the first two lines of a journal. Returns undefined if the file is none. */
export function readPending(path: string): Pending | undefined {
  try {
    const [header, watcher] = fs()
      .readFileSync(path, 'utf8')
      .split('\n', 2)
      .map((line): unknown => (line === '' ? undefined : JSON.parse(line)))
    if (!isRecord(header) || !isRecord(header.netns)) return undefined
    const [, journal = ''] = NAME.exec(path.slice(FOLDER.length + 1)) ?? []
    const pid = isRecord(watcher) && typeof watcher.watcher === 'number' ? watcher.watcher : undefined
    return { ...(header as unknown as JournalHeader), journal, path, watcher: pid }
  } catch {
    return undefined
  }
}

const isSame = (one: NetnsId, other: NetnsId) =>
  one.inode === other.inode && (one.cookie === undefined || other.cookie === undefined || one.cookie === other.cookie)

/** Returns the names of the files of pending changes, in any namespace; none if this user cannot read the folder, or another one can write to it. */
export function pendingFiles(): string[] {
  try {
    const files = fs().readdirSync(FOLDER)
    checkFolder()
    return files.filter((file) => NAME.test(file))
  } catch {
    return []
  }
}

/** Returns the pending changes of a namespace. */
export const pendingIn = (netns: NetnsId): Pending[] =>
  pendingFiles()
    .map((file) => readPending(`${FOLDER}/${file}`))
    .filter((each) => each !== undefined)
    .filter((each) => isSame(each.netns, netns))
