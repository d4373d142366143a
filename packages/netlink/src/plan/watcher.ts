import { existsSync, unlinkSync, watch, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { runOperationSync } from '../api/run/operation.js'
import { Connection } from '../connection/connection.js'
import { noOptions } from '../connection/options.js'
import { claimedPath, journalPath, readJournal, renamed } from './journal.js'
import { runUndo } from './undo.js'

/**
 * The process that undoes the steps of a plan: `node watcher.js JOURNAL MILLISECONDS`. Descriptor 3 is the network namespace. Its
 * parent writes `applied` when all steps are done, `undoing` when it undoes them itself, and `end` when there is nothing to undo.
 * The end of its standard input means that the parent has died. Exits with 3 if it has undone the steps, and with 0 if there was nothing
 * to undo.
 */

/** The namespace, inherited from the parent. */
const NETNS = 3

const [name = '', milliseconds] = process.argv.slice(2)
const connection = Connection.open({ netns: NETNS })
const path = journalPath(name)
/** Name of the journal while its steps are undone here. */
const own = `${path}.undoing`
let isApplied = false
let timer: NodeJS.Timeout | undefined

// The session has no terminal, but a service manager may stop all processes of the service.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

const input = createInterface({ input: process.stdin })
input.on('line', (line) => {
  clearTimeout(timer)
  isApplied = line === 'applied'
  if (isApplied) {
    timer = setTimeout(timeIsOver, Number(milliseconds))
    watchJournal()
  } else if (line === 'end') process.exit(0)
})
// While steps are done or undone, only the parent could confirm them.
input.on('close', () => {
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
    if (isApplied && !existsSync(path) && !existsSync(claimedPath(path))) process.exit(0)
  }
  try {
    watch(path, endIfConfirmed).on('error', () => {})
  } catch {
    // It was confirmed a moment ago, or no watch is left: then this process ends when the time is over.
  }
  endIfConfirmed()
}

/** Undoes all steps if the journal was taken for that, and ends. What is left is kept in a file. */
function undo(isTaken: boolean): void {
  if (!isTaken) process.exit(0)
  const left = readJournal(own)
    .reverse()
    .flatMap(({ step, undo: requests }) => {
      const errors = runOperationSync(connection, runUndo(requests), noOptions)
      return errors.length === 0 ? [] : [{ step, errors: errors.map(({ message }) => message) }]
    })
  if (left.length > 0) writeFileSync(`${path}.left`, `${JSON.stringify(left)}\n`, { mode: 0o600 })
  unlinkSync(own)
  process.exit(3)
}
