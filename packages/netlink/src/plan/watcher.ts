import { existsSync, unlinkSync, writeFileSync } from 'node:fs'
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
  if (isApplied) timer = setTimeout(timeIsOver, Number(milliseconds))
  else if (line === 'end') process.exit(0)
})
// While steps are done or undone, only the parent could confirm them.
input.on('close', () => {
  if (!isApplied) undo(renamed(path, own) || renamed(claimedPath(path), own))
})
process.stdout.write('ready\n')

/** Undoes the steps, unless they were confirmed, or the parent has begun to undo them and is about to say so. */
function timeIsOver(): void {
  const isTaken = renamed(path, own)
  if (isTaken || !existsSync(claimedPath(path))) undo(isTaken)
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
