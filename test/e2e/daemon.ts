import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A program that runs until it is stopped, and can be started again. Its log is a file in `folder`. */
export class Daemon {
  readonly #log: string
  #child: ChildProcess | undefined

  constructor(
    readonly folder: string,
    readonly program: string,
    readonly env: NodeJS.ProcessEnv = process.env,
  ) {
    this.#log = join(folder, `${program.replace(/.*\//, '')}.log`)
  }

  start(...args: string[]): void {
    const log = openSync(this.#log, 'a')
    this.#child = spawn(this.program, args, { env: this.env, cwd: this.folder, stdio: ['ignore', log, log] })
  }

  /** @throws {Error} with the end of its log, if it has ended by itself */
  throwIfEnded(): void {
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) return
    throw new Error(`${this.program} has ended:\n${this.log()}`)
  }

  /** Ends it. What it started goes on. */
  async stop(): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = undefined
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }

  /** Returns the end of its log. */
  log(): string {
    return readFileSync(this.#log, 'utf8').split('\n').slice(-30).join('\n')
  }
}
