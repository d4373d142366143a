import { closeSync, existsSync, rmSync, unlinkSync, watch } from 'node:fs'
import { createInterface } from 'node:readline'
import { Connection } from '../connection/connection.js'
import { claimedPath, journalPath, renamed } from './journal.js'
import { undoJournal } from './unwatched.js'

/**
 * The process that undoes the steps of a plan: `node watcher.js JOURNAL MILLISECONDS LOCK`. Descriptor 3 is the network namespace, descriptor
 * 4 has its lock ({@link NetnsLock}), whose file is LOCK: no other change is made until this process has ended. Its parent writes `applied` when all steps are done, `undoing` when it undoes them itself, and `end` when there is nothing to undo.
 * The end of its standard input means that the parent has died. Exits with 3 if it has undone the steps, and with 0 if there was nothing
 * to undo.
 */

/** The namespace, inherited from the parent. */
const NETNS = 3
/** The lock, inherited from the parent. */
const LOCK = 4

const [name = '', milliseconds, lockFile = ''] = process.argv.slice(2)
const connection = Connection.open({ netns: NETNS })
const path = journalPath(name)
/** Name of the journal while its steps are undone here. */
const own = `${path}.undoing`
let isApplied = false
/** True if the parent has given the lock to this process alone. */
let isOwner = false
let timer: NodeJS.Timeout | undefined

// The session has no terminal, but a service manager may stop all processes of the service.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

const input = createInterface({ input: process.stdin })
input.on('line', (line) => {
  clearTimeout(timer)
  isApplied = line === 'applied'
  isOwner ||= isApplied
  if (isApplied) {
    timer = setTimeout(timeIsOver, Number(milliseconds))
    watchJournal()
  } else if (line === 'end') end(0)
})
// While steps are done or undone, only the parent could confirm them.
input.on('close', () => {
  isOwner = true
  const isTaken = renamed(claimedPath(path), own) || (!isApplied && renamed(path, own))
  if (isTaken || !isApplied) undo(isTaken)
})
process.stdout.write('ready\n')

/** Undoes the steps, unless they were confirmed, or the parent has begun to undo them and is about to say so. */
function timeIsOver(): void {
  const isTaken = renamed(path, own)
  if (isTaken || !existsSync(claimedPath(path))) undo(isTaken)
}

/** Ends when another process confirms the steps, so that nothing holds the namespace until the time is over. */
function watchJournal(): void {
  const endIfConfirmed = () => {
    if (isApplied && !existsSync(path) && !existsSync(claimedPath(path))) end(0)
  }
  try {
    watch(path, endIfConfirmed).on('error', () => {})
  } catch {
    // It was confirmed a moment ago, or no watch is left: then this process ends when the time is over.
  }
  endIfConfirmed()
}

/** Undoes all steps if the journal was taken for that, and ends. */
function undo(isTaken: boolean): void {
  if (!isTaken) end(0)
  undoJournal(connection, own, `${path}.left`)
  unlinkSync(own)
  end(3)
}

/** Gives the lock back, and ends. */
function end(code: number): never {
  if (isOwner) rmSync(lockFile, { force: true })
  closeSync(LOCK)
  process.exit(code)
}
