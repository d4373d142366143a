import type { ChildProcess } from 'node:child_process'
import { SystemError } from '../socket/error.js'
import type { NetnsDescriptor } from '../socket/transport.js'
import { ConfirmError } from './errors.js'
import { Journal, takeJournal } from './journal.js'
import type { NetnsLock } from './netns-lock.js'
import type { DoneStep } from './run-steps.js'
import { takeWatched } from './unwatched.js'

/** Says what became of steps that this process could not confirm or undo, because another one was first. */
export type Taken = 'undone' | 'confirmed'

/** The process that undoes the steps of a plan unless they are confirmed: `watcher.ts`. It ends with an error if it cannot start. */
export class Confirmation {
  readonly #journal: Journal
  readonly #watcher: ChildProcess
  readonly #lock: NetnsLock

  private constructor(journal: Journal, watcher: ChildProcess, lock: NetnsLock) {
    this.#journal = journal
    this.#watcher = watcher
    this.#lock = lock
    // It ends after it has undone the steps too, which this process need not notice.
    watcher.once('exit', () => journal.close())
  }

  /** Starts the process, which inherits the lock of the namespace, and waits until it is ready. */
  static async start(openNetns: () => NetnsDescriptor, lock: NetnsLock, confirmWithin: number): Promise<Confirmation> {
    const journal = Journal.create(lock.id, confirmWithin)
    let watcher: ChildProcess | undefined
    try {
      watcher = await startWatcher(openNetns, lock, [journal.name, String(confirmWithin), lock.path ?? ''])
      journal.addWatcher(watcher.pid)
      return new Confirmation(journal, watcher, lock)
    } catch (error) {
      watcher?.stdin?.end('end\n')
      takeJournal(journal.name)
      journal.close()
      throw error
    }
  }

  get name(): string {
    return this.#journal.name
  }

  /**
   * Keeps what undoes a step, before it is done. `isAmended` is true after it was done: the kernel has chosen an index.
   * @throws {SystemError} if the process has ended: nothing would undo the step
   */
  record(done: DoneStep, isAmended = false): void {
    if (hasEnded(this.#watcher)) throw this.#hasEnded()
    this.#journal.record(done, isAmended)
  }

  /** Starts the time within which the steps must be confirmed. @throws {SystemError} if the process has ended */
  async applied(): Promise<void> {
    const error = await this.#send('applied')
    if (error) throw this.#hasEnded()
    this.#lock.handOver()
  }

  /**
   * Lets this process undo the steps. If it dies, the other one undoes the rest. Returns false if the other one has begun to undo them,
   * or if they were confirmed: two processes that undo the same steps would also undo what others have changed in between.
   */
  async undoing(): Promise<boolean> {
    if (!this.#journal.claim()) return false
    await this.#send('undoing')
    return true
  }

  /**
   * Keeps the steps.
   * @throws {ConfirmError} if they were undone, or confirmed by another process
   * @throws {UnwatchedChangeError} if the process was killed
   */
  async confirm(): Promise<void> {
    if (takeWatched(this.name, false)) return this.end()
    throw new ConfirmError(
      `expected the change ${this.name} to wait for confirmation, but it was ${await this.taken()} before`,
    )
  }

  /** Ends the process after the steps were undone, or left as they are, and waits for that: it has the lock of the namespace. */
  async end(): Promise<void> {
    this.#journal.remove()
    this.#journal.close()
    await this.taken()
  }

  /** Waits until the other process has ended, and returns what became of the steps. */
  async taken(): Promise<Taken> {
    const watcher = this.#watcher
    if (!hasEnded(watcher)) {
      watcher.ref()
      const ended = new Promise((resolve) => watcher.once('exit', resolve))
      watcher.stdin?.end('end\n')
      await ended
    }
    return watcher.exitCode === CONFIRMED ? 'confirmed' : 'undone'
  }

  #hasEnded(): SystemError {
    const { exitCode, signalCode } = this.#watcher
    const reason = signalCode ?? (exitCode === null ? 'it reads no more' : `exit code ${exitCode}`)
    return new SystemError('write', EPIPE, `the process that undoes a change has ended (${reason})`)
  }

  /** Returns the error if the process has ended. */
  #send(word: string): Promise<Error | null | undefined> {
    return new Promise((resolve) => {
      this.#watcher.stdin?.write(`${word}\n`, resolve)
    })
  }
}

/** Exit code of the process if there was nothing to undo. */
const CONFIRMED = 0
/** Errors of errno.h. */
const [ECHILD, EPIPE] = [10, 32]

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** Starts the process in its own session, so that no signal of the terminal reaches it. Its descriptor 3 is the namespace, 4 its lock. */
async function startWatcher(
  openNetns: () => NetnsDescriptor,
  lock: NetnsLock,
  args: readonly string[],
): Promise<ChildProcess> {
  // An import would need these modules in the plugin's executable too, which has no plans.
  const program = process
    .getBuiltinModule('node:module')
    .createRequire(import.meta.url)
    .resolve('#watcher')
  const netns = openNetns()
  let watcher: ChildProcess
  try {
    watcher = process.getBuiltinModule('node:child_process').spawn(process.execPath, [program, ...args], {
      detached: true,
      // It needs no options. Some would stop it (--inspect-brk), or let it print other text.
      env: { ...process.env, NODE_OPTIONS: '' },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', netns.fd, lock.fd],
    })
  } finally {
    netns.close()
  }
  await isReady(watcher)
  watcher.unref()
  // The pipe must not keep this process alive. It is closed when it ends.
  ;(watcher.stdin as { unref?(): void } | null)?.unref?.()
  watcher.stdin?.on('error', () => {})
  watcher.stdout?.destroy()
  watcher.stderr?.destroy()
  return watcher
}

/** Waits until the process has opened its socket. */
async function isReady(watcher: ChildProcess): Promise<void> {
  let complaint = ''
  watcher.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const outcome = await new Promise<string | undefined>((resolve) => {
    watcher.stdout?.once('data', () => resolve(undefined))
    watcher.once('exit', (code, signal) => resolve(`exit code ${code ?? signal}`))
    watcher.once('error', ({ message }) => resolve(message))
  })
  if (outcome !== undefined)
    throw new SystemError('spawn', ECHILD, `the process that undoes a change: ${complaint || outcome}`)
}
