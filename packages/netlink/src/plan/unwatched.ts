import { runOperationSync } from '../api/run/operation.js'
import { ArgumentError } from '../codec/error.js'
import { Connection } from '../connection/connection.js'
import { boolean, noOptions, type OptionRules, validateOptions } from '../connection/options.js'
import { isNetns, NETNS, type NetnsRef } from '../socket/netns.js'
import { sleep } from '../socket/sleep.js'
import { kernelSockets } from '../socket/socket-factory.js'
import type { NetnsDescriptor } from '../socket/transport.js'
import { ConfirmError, UnwatchedChangeError } from './errors.js'
import { type JournalStep, journalPath, readJournal, renamed, takeJournal } from './journal.js'
import { checkFile, fs, onDisk } from './journal-folder.js'
import { netnsId } from './netns-id.js'
import { NetnsLock } from './netns-lock.js'
import { type Pending, pathOfPending, pendingFiles, pendingIn, readPending } from './pending.js'
import { runUndo } from './undo.js'

const errorOf = ({ journal, path, since, watcher }: Pending) => new UnwatchedChangeError(journal, path, since, watcher)

/** Throws if a change of a namespace, whose lock this process has, was neither confirmed nor undone. @throws {UnwatchedChangeError} */
export function throwUnwatched({ id }: NetnsLock): void {
  // Each process that could confirm or undo it has the lock until it ends.
  const [pending] = pendingIn(id)
  if (pending !== undefined) throw errorOf(pending)
}

/** Throws if a change of a namespace was neither confirmed nor undone, and no process will do that. @throws {UnwatchedChangeError} */
export function reportUnwatched(openNetns: () => NetnsDescriptor): void {
  // Most machines have none: then no namespace is opened.
  if (pendingFiles().length === 0) return
  const netns = openNetns()
  const found = pendingIn(netnsId(netns))
  netns.close()
  if (found.length === 0) return
  const lock = NetnsLock.attempt(openNetns)
  if (!(lock instanceof NetnsLock)) return
  try {
    throwUnwatched(lock)
  } finally {
    lock.release()
  }
}

/** Options of {@link confirmApplied}. */
export interface ConfirmOptions {
  /** True to keep also a change for which the process that would undo it was killed. Default: false. */
  readonly unwatched?: boolean | undefined
}

const confirmRules: OptionRules<ConfirmOptions> = { unwatched: boolean }

/** Milliseconds to wait until the process that would undo a change has ended. */
const MOST_WAIT = 5000

/**
 * Keeps a change that was applied with `confirmWithin`: {@link Applied.confirm} for another process than the one that applied it.
 * @param journal name of the journal, {@link Applied.journal}
 * @throws {ConfirmError} if the change was undone, or confirmed before
 * @throws {UnwatchedChangeError} if the process that would undo the change was killed
 */
export function confirmApplied(journal: string, options: ConfirmOptions = {}): void {
  const { unwatched = false } = validateOptions(options, confirmRules)
  const pending = takeWatched(journal, unwatched)
  if (pending === undefined)
    throw new ConfirmError(`expected the change ${journal} to wait for confirmation, but it does not`)
  // Until the process has noticed that, other changes of the namespace are refused.
  const deadline = performance.now() + MOST_WAIT
  while (NetnsLock.isHeld(pending.netns.inode) && !unwatched && performance.now() < deadline) sleep(2)
}

/**
 * Deletes a journal, after which its steps are not undone. Returns undefined if they are being undone, or were.
 * @throws {UnwatchedChangeError} if no process would undo them, unless `unwatched` is true
 */
export function takeWatched(journal: string, unwatched: boolean): Pending | undefined {
  const path = journalPath(journal)
  if (!checkFile(path)) return undefined
  const pending = readPending(path) ?? unreadable(journal, path)
  if (!unwatched && !NetnsLock.isHeld(pending.netns.inode) && fs().existsSync(path)) throw errorOf(pending)
  return takeJournal(journal) ? pending : undefined
}

/** Returns what is known of a journal whose process was killed before it could write anything. */
const unreadable = (journal: string, path: string): Pending => ({
  ...{ journal, path, version: 0, pid: 0, netns: { inode: 0 }, confirmWithin: 0, watcher: undefined },
  since: new Date(onDisk(path, () => fs().statSync(path)).mtimeMs).toISOString(),
})

/** A step that could not be undone from its journal. */
export interface NotUndoneStep {
  readonly step: JournalStep['step']
  /** The kernel's refusals. */
  readonly errors: readonly Error[]
}

/** The result of {@link undoApplied}. */
export interface UndoneChange {
  readonly undone: readonly JournalStep['step'][]
  /** The steps of which something is left. */
  readonly left: readonly NotUndoneStep[]
}

/** Undoes the steps of a journal, last first. What is left is kept in a file. */
export function undoJournal(connection: Pick<Connection, 'close'>, path: string, leftPath: string): UndoneChange {
  const undone: JournalStep['step'][] = []
  const left: NotUndoneStep[] = []
  for (const { step, undo } of readJournal(path).reverse()) {
    const errors = runOperationSync(() => connection as never, runUndo(undo), noOptions)
    if (errors.length === 0) undone.push(step)
    else left.push({ step, errors })
  }
  if (left.length > 0) {
    const lines = left.map(({ step, errors }) => ({ step, errors: errors.map(({ message }) => message) }))
    fs().writeFileSync(leftPath, `${JSON.stringify(lines)}\n`, { mode: 0o600 })
  }
  return { undone, left }
}

/** Options of {@link undoApplied}. */
export interface UndoOptions {
  /** The namespace of the change. Default: that of the calling thread. */
  readonly netns?: NetnsRef | undefined
}

const undoRules: OptionRules<UndoOptions> = { netns: [NETNS, isNetns] }

/**
 * Undoes a change that was applied with `confirmWithin`, and for which the process that would undo it was killed. Blocks the thread.
 * @param journal name of the journal, {@link Applied.journal}
 * @throws {ConfirmError} if the change was confirmed or undone
 * @throws {PlanBusyError} if the other process still runs, and will undo the change
 * @throws {TypeError} if the change is one of another namespace
 */
export function undoApplied(journal: string, options: UndoOptions = {}): UndoneChange {
  const { netns } = validateOptions(options, undoRules)
  const path = journalPath(journal)
  const socketFactory = kernelSockets(netns)
  using connection = Connection.open({ socketFactory })
  const lock = NetnsLock.acquireSync(() => socketFactory.openNetns?.() as NetnsDescriptor)
  try {
    const found = pathOfPending(path)
    if (found === undefined || !checkFile(found))
      throw new ConfirmError(`expected the change ${journal} to wait for confirmation, but it does not`)
    const [own] = pendingIn(lock.id).filter((each) => each.journal === journal)
    const { netns: id } = own ?? readPending(found) ?? { netns: undefined }
    if (own === undefined && id !== undefined)
      throw new ArgumentError(
        `expected the network namespace of the change ${journal}, net:[${id.inode}], got net:[${lock.id.inode}]`,
      )
    const undoing = `${path}.undoing`
    if (found !== undoing) onDisk(found, () => renamed(found, undoing))
    const result = undoJournal(connection, undoing, `${path}.left`)
    fs().unlinkSync(undoing)
    return result
  } finally {
    lock.release()
  }
}
