import type { ChildProcess } from 'node:child_process'
import { SystemError } from '../socket/error.js'
import { ConfirmError } from './errors.js'
import { Journal, takeJournal } from './journal.js'
import type { DoneStep } from './run-steps.js'

/** The process that undoes the steps of a plan unless they are confirmed: `watcher.ts`. It ends with an error if it cannot start. */
export class Confirmation {
  readonly #journal: Journal
  readonly #watcher: ChildProcess

  private constructor(journal: Journal, watcher: ChildProcess) {
    this.#journal = journal
    this.#watcher = watcher
  }

  /** Starts the process, and waits until it is ready. */
  static async start(
    openNetns: () => { readonly fd: number; close(): void },
    confirmWithin: number,
  ): Promise<Confirmation> {
    const journal = Journal.create()
    try {
      return new Confirmation(journal, await startWatcher(openNetns, [journal.name, String(confirmWithin)]))
    } catch (error) {
      takeJournal(journal.name)
      journal.close()
      throw error
    }
  }

  get name(): string {
    return this.#journal.name
  }

  /** Keeps what undoes a step, before it is done. */
  record(done: DoneStep): void {
    this.#journal.record(done)
  }

  /** Starts the time within which the steps must be confirmed. */
  applied(): Promise<void> {
    return this.#send('applied')
  }

  /** Lets this process undo the steps. If it dies, the other one undoes the rest. */
  undoing(): Promise<void> {
    return this.#send('undoing')
  }

  /** Keeps the steps. @throws {ConfirmError} if they were undone */
  async confirm(): Promise<void> {
    if (!takeJournal(this.name))
      throw new ConfirmError('expected the change to be confirmed in time, but it was undone')
    await this.#finish()
  }

  /** Ends the process after the steps were undone, or left as they are. */
  async end(): Promise<void> {
    takeJournal(this.name)
    await this.#finish()
  }

  async #finish(): Promise<void> {
    this.#journal.close()
    this.#watcher.stdin?.end('end\n')
    // It ends by itself.
  }

  #send(word: string): Promise<void> {
    return new Promise((resolve) => {
      // If the process has ended, it has undone the steps; confirm() reports that.
      this.#watcher.stdin?.write(`${word}\n`, () => resolve())
    })
  }
}

/** Starts the process in its own session, so that no signal of the terminal reaches it. Its descriptor 3 is the namespace. */
async function startWatcher(
  openNetns: () => { readonly fd: number; close(): void },
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
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', netns.fd],
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
  })
  if (outcome !== undefined)
    throw new SystemError('spawn', 10, `the process that undoes a change: ${complaint || outcome}`)
}
